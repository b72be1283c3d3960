import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./load-balancer-zone.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a load balancer's zone. */
export interface LoadBalancerZoneArgs extends Omit<RemoteArgs<typeof code>, "region" | "loadBalancing"> {
  readonly facts: AlicloudFacts;
}

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
export class LoadBalancerZone extends RemoteResource<typeof code> {
  /** The load balancer's address in the zone; empty if it has none. */
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, { facts, ...args }: LoadBalancerZoneArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, loadBalancing: endpointOf(facts, "alb") }, opts);
  }
}
