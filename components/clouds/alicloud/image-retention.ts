import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./image-retention.remote";

/** The arguments of the retention rule. */
export type ImageRetentionArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "ImageRetention",
  module: "clouds/alicloud/image-retention",
  outputs: { result: undefined },
  replaceOnChanges: [],
  updateOnChanges: ["image", "keep"],
  reads: false,
  deletes: false,
};

/** The retention rule: with each new image, deletes all but the service's newest, except those that would still be started. */
export class ImageRetention extends RemoteResource<typeof code> {
  /** What it deleted, or why it failed. */
  declare readonly result: pulumi.Output<string>;

  constructor(name: string, args: ImageRetentionArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
