import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./image-retention.remote";

const kind: RemoteKind<typeof code> = {
  type: "ImageRetention",
  module: "clouds/alicloud/image-retention",
  outputs: { result: undefined },
  replaceOnChanges: [],
  updateOnChanges: ["image", "keep"],
  reads: false,
  deletes: false,
};

/**
 * The retention rule: with each new image, deletes all but the service's newest, except those that would still be
 * started.
 */
export class ImageRetention extends remoteClass<typeof code>(kind) {
  /** What it deleted, or why it failed. */
  declare readonly result: pulumi.Output<string>;
}
