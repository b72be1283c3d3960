import type { RemoteKind } from "../../remote";
import type * as code from "./object-data.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "ObjectData",
  module: "clouds/alicloud/object-data",
  outputs: {},
  replaceOnChanges: ["bucket"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * A check that this machine reaches the data of a bucket's objects, before the provider uploads one: the provider's error
 * does not say what to do for an account that reaches objects under no public name.
 */
export class ObjectData extends regionalClass(kind, { endpoint: "oss" }) {}
