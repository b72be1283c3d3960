import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import type { Context } from "./context";
import type * as code from "./existing-vswitches.remote";
import { endpointOf } from "./regions";

const kind: RemoteKind<typeof code> = {
  type: "ExistingVSwitches",
  module: "clouds/alicloud/existing-vswitches",
  outputs: { zones: undefined, ranges: undefined },
  // A vSwitch never changes its zone or its CIDR block.
  replaceOnChanges: ["vpc", "ids"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The zone and the CIDR block of each vSwitch of an existing network, looked up during an update. The SDK's own lookups
 * run during a preview, which would then need credentials.
 */
export class ExistingVSwitches extends RemoteResource<typeof code> {
  declare readonly zones: pulumi.Output<string[]>;
  /** The CIDR blocks. */
  declare readonly ranges: pulumi.Output<string[]>;

  constructor(
    { name, parent, facts }: Context<unknown>,
    vpc: pulumi.Input<string>,
    ids: readonly pulumi.Input<string>[],
  ) {
    const { region } = facts;
    super(kind, `${name}-existing-vswitches`, { region, vpc, ids, endpoint: endpointOf(facts, "vpc") }, { parent });
  }
}
