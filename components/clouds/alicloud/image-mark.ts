import type * as pulumi from "@pulumi/pulumi";
import { imageMarkKind } from "../kinds";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./image-mark.remote";

const kind: RemoteKind<typeof code> = {
  type: "ImageMark",
  module: "clouds/alicloud/image-mark",
  ...imageMarkKind,
};

/**
 * The mark of a release on its image, by which no retention rule deletes it: it exists before the release's first
 * instance and goes after the last one. An image that cannot be marked is no error.
 */
export class ImageMark extends remoteClass<typeof code>(kind) {
  /** The mark, or why there is none. */
  declare readonly marked: pulumi.Output<string>;
}
