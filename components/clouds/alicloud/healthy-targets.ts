import type * as pulumi from "@pulumi/pulumi";
import type { RemoteKind } from "../../remote";
import type * as code from "./healthy-targets.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "HealthyTargets",
  module: "clouds/alicloud/healthy-targets",
  outputs: { passed: undefined },
  // From the first time on, the load balancer and the group watch over the targets.
  replaceOnChanges: ["group"],
  updateOnChanges: ["drain"],
  reads: false,
  deletes: true,
};

/**
 * Waits until a server group's instances are healthy, and before the group is deleted until its last requests have
 * ended. Auto Scaling's resources return before an instance has started. If they waited, a create that fails would be
 * recorded as created, and the next update would go on. A failed create of this resource is not recorded.
 */
export class HealthyTargets extends regionalClass(kind, { loadBalancing: "alb", scaling: "ess" }) {
  declare readonly passed: pulumi.Output<string>;
}
