import type * as pulumi from "@pulumi/pulumi";
import { imageRetentionKind } from "../kinds";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./image-retention.remote";

const kind: RemoteKind<typeof code> = {
  type: "ImageRetention",
  module: "clouds/aws/image-retention",
  ...imageRetentionKind,
};

/**
 * The retention rule: after each release it deletes the service's images that no release has named for so many days.
 * A lifecycle policy of ECR or of Image Builder counts from the push or the creation, and would delete what runs.
 */
export class ImageRetention extends remoteClass<typeof code>(kind) {
  /** What it deleted, or why it failed. */
  declare readonly result: pulumi.Output<string>;
}
