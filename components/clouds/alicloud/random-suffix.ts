import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./random-suffix.remote";

const kind: RemoteKind<typeof code> = {
  type: "RandomSuffix",
  module: "clouds/alicloud/random-suffix",
  outputs: { suffix: undefined },
  replaceOnChanges: [],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * Eight random hexadecimal digits that stay as long as the stack does. Buckets share one namespace with every other
 * customer: in two accounts with the same project, stack and service, names made from these alone collide.
 */
export class RandomSuffix extends RemoteResource<typeof code> {
  declare readonly suffix: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, {}, opts);
  }
}
