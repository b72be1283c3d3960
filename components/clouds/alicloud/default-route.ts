import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./default-route.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a default route. */
export interface DefaultRouteArgs extends Omit<RemoteArgs<typeof code>, "region" | "endpoint"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "DefaultRoute",
  module: "clouds/alicloud/default-route",
  outputs: { member: undefined },
  replaceOnChanges: ["routeTable"],
  updateOnChanges: ["gateway"],
  reads: false,
  deletes: true,
};

/**
 * The route of a VPC to the internet through its single NAT gateway. The cloud adds it with the first gateway and leaves it there
 * when another one is created; the provider's own resource would have to delete it before it leads elsewhere.
 */
export class DefaultRoute extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: DefaultRouteArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, endpoint: endpointOf(facts, "vpc") }, opts);
  }
}
