import type { RemoteKind } from "../../remote";
import type * as code from "./load-balancer-security-group-removal.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "LoadBalancerSecurityGroupRemoval",
  module: "clouds/alicloud/load-balancer-security-group-removal",
  outputs: {},
  replaceOnChanges: ["loadBalancer", "securityGroup"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * Lets a load balancer leave a security group. The provider's own resource fails to do so a second time, as after an update that was
 * interrupted while it deletes; so that resource is retained, and depends on this one.
 */
export class LoadBalancerSecurityGroupRemoval extends regionalClass(kind, { loadBalancing: "alb" }) {}
