import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./existing-vswitch.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a lookup of a vSwitch. */
export interface ExistingVSwitchArgs extends Omit<RemoteArgs<typeof code>, "region" | "endpoint"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "ExistingVSwitch",
  module: "clouds/alicloud/existing-vswitch",
  outputs: { zone: undefined, range: undefined },
  // A vSwitch never changes its zone or its CIDR block.
  replaceOnChanges: ["vpc", "vSwitch"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The zone and the CIDR block of a vSwitch of an existing network, looked up during an update. The SDK's own lookups run
 * during a preview, which would then need credentials.
 */
export class ExistingVSwitch extends RemoteResource<typeof code> {
  declare readonly zone: pulumi.Output<string>;
  /** The CIDR block. */
  declare readonly range: pulumi.Output<string>;

  constructor(name: string, { facts, ...args }: ExistingVSwitchArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, endpoint: endpointOf(facts, "vpc") }, opts);
  }
}
