import type * as pulumi from "@pulumi/pulumi";
import type { RemoteKind } from "../../remote";
import type * as code from "./load-balancer-zone.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "LoadBalancerZone",
  module: "clouds/alicloud/load-balancer-zone",
  outputs: { address: undefined, member: undefined },
  replaceOnChanges: ["loadBalancer", "zone", "vSwitch"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * A zone of a load balancer. A zone more is added before the release that uses it, and one less is removed once the
 * release that used it is gone. The provider would set all zones at once, at the beginning.
 */
export class LoadBalancerZone extends regionalClass(kind, { loadBalancing: "alb" }) {
  /** The load balancer's address in the zone; empty if it has none. */
  declare readonly address: pulumi.Output<string>;
}
