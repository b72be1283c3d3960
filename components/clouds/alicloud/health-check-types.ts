import type { RemoteKind } from "../../remote";
import type * as code from "./health-check-types.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "HealthCheckTypes",
  module: "clouds/alicloud/health-check-types",
  outputs: { checked: undefined },
  replaceOnChanges: ["group"],
  updateOnChanges: ["types"],
  reads: false,
  deletes: false,
};

/**
 * The health checks by which a group replaces its instances from now on. The load balancer's is no good before a group's
 * first instances have started: Auto Scaling documents no time in which it does not count.
 */
export class HealthCheckTypes extends regionalClass(kind, { scaling: "ess" }) {}
