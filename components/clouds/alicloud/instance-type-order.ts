import type { RemoteKind } from "../../remote";
import type * as code from "./instance-type-order.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "InstanceTypeOrder",
  module: "clouds/alicloud/instance-type-order",
  outputs: { ordered: undefined },
  replaceOnChanges: ["group", "template", "types"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The instance types that a group of machines tries, in order. The provider sends such a list in an order of its own, by
 * which a dearer type may be the first; so a group begins with the type of its launch template.
 */
export class InstanceTypeOrder extends regionalClass(kind, { scaling: "ess" }) {}
