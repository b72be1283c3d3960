import type * as pulumi from "@pulumi/pulumi";
import type { RemoteKind } from "../../remote";
import { regionalClass } from "./regional-class";
import type * as code from "./sold-instance-types.remote";

const kind: RemoteKind<typeof code> = {
  type: "SoldInstanceTypes",
  module: "clouds/alicloud/sold-instance-types",
  outputs: { sold: undefined },
  // A running release keeps its types.
  replaceOnChanges: ["types"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/** Those of some instance types that the zones of a group sell when the group is created. */
export class SoldInstanceTypes extends regionalClass(kind, { ecs: "ecs", network: "vpc" }) {
  /** At least one, in the order in which they were given. */
  declare readonly sold: pulumi.Output<readonly string[]>;
}
