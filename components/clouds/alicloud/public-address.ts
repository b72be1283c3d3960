import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./public-address.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a public address. */
export interface PublicAddressArgs extends Omit<RemoteArgs<typeof code>, "region" | "endpoint" | "name"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "PublicAddress",
  module: "clouds/alicloud/public-address",
  outputs: { ip: undefined, member: undefined },
  replaceOnChanges: ["region"],
  updateOnChanges: ["gateway", "tags"],
  reads: true,
  deletes: true,
};

/**
 * A public address that is bound to a NAT gateway. The provider's own resources cannot be deleted once the address is
 * unbound or gone, as an interrupted update leaves it.
 */
export class PublicAddress extends RemoteResource<typeof code> {
  /** The address itself. */
  declare readonly ip: pulumi.Output<string>;

  constructor(name: string, { facts, ...args }: PublicAddressArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, name, region: facts.region, endpoint: endpointOf(facts, "vpc") }, opts);
  }
}
