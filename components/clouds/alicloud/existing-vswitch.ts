import type * as pulumi from "@pulumi/pulumi";
import type { RemoteKind } from "../../remote";
import type * as code from "./existing-vswitch.remote";
import { regionalClass } from "./regional-class";

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
 * The zone and the CIDR block of a vSwitch of an existing network, looked up during an update. The SDK's own lookups
 * run during a preview, which would then need credentials.
 */
export class ExistingVSwitch extends regionalClass(kind, { endpoint: "vpc" }) {
  declare readonly zone: pulumi.Output<string>;
  /** The CIDR block. */
  declare readonly range: pulumi.Output<string>;
}
