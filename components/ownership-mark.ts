import type * as pulumi from "@pulumi/pulumi";
import type * as code from "./ownership-mark.remote";
import { type RemoteKind, RemoteResource } from "./remote";

const kind: RemoteKind<typeof code> = {
  type: "OwnershipMark",
  module: "ownership-mark",
  outputs: { mark: undefined },
  replaceOnChanges: [],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * Eight random hexadecimal digits that stay as long as the stack does. Every resource has them in a tag, beside the
 * project and the stack: what has the tag is this stack's own, even where the state does not know it. The names of
 * project and stack alone do not show that, because other accounts and backends may have the same.
 */
export class OwnershipMark extends RemoteResource<typeof code> {
  declare readonly mark: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, {}, opts);
  }
}
