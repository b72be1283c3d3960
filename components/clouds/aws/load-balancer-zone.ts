import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./load-balancer-zone.remote";

const kind: RemoteKind<typeof code> = {
  type: "LoadBalancerZone",
  module: "clouds/aws/load-balancer-zone",
  outputs: { member: undefined },
  replaceOnChanges: ["loadBalancer", "subnet"],
  updateOnChanges: [],
  reads: true,
  deletes: true,
};

/**
 * One zone of a load balancer. The balancer's own list of subnets would lose a zone before the releases in it are gone:
 * this resource is created before the first release that needs it and deleted after the last one.
 */
export class LoadBalancerZone extends remoteClass<typeof code>(kind) {}
