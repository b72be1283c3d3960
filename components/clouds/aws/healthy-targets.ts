import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./healthy-targets.remote";

const kind: RemoteKind<typeof code> = {
  type: "HealthyTargets",
  module: "clouds/aws/healthy-targets",
  outputs: { passed: undefined },
  // From the first time on, the load balancer and the group watch over the targets.
  replaceOnChanges: ["group"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * Waits until a server group's instances are healthy. The group's own wait does not suffice: a create that fails while
 * it waits is recorded as created, so the next update would go on and shift the traffic. A failed create of this
 * resource is not recorded, and the next update waits again.
 */
export class HealthyTargets extends remoteClass<typeof code>(kind) {
  declare readonly passed: pulumi.Output<string>;
}
