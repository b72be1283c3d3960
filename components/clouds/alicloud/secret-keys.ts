import type * as pulumi from "@pulumi/pulumi";
import type { RemoteKind } from "../../remote";
import { regionalClass } from "./regional-class";
import type * as code from "./secret-keys.remote";

const kind: RemoteKind<typeof code> = {
  type: "SecretKeys",
  module: "clouds/alicloud/secret-keys",
  outputs: { keys: undefined },
  replaceOnChanges: ["secrets"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/** The keys that encrypt some secrets, which a reader must be able to use. No secret's value is read. */
export class SecretKeys extends regionalClass(kind, { endpoint: "kms" }) {
  /** The resource names of the keys; none where KMS uses a key of its own, for which no right is needed. */
  declare readonly keys: pulumi.Output<readonly string[]>;
}
