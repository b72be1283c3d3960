import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./baked-image.remote";

const kind: RemoteKind<typeof code> = {
  type: "BakedImage",
  module: "clouds/aws/baked-image",
  outputs: { image: undefined },
  // The resource's name contains the recipe's hash. Nothing else among the inputs shapes the image.
  replaceOnChanges: [],
  updateOnChanges: [],
  reads: true,
  deletes: false,
};

/**
 * A baked and tested machine image. An image of the same recipe that any stack of the service has baked is used again.
 * Image Builder's own resource does not suffice: a create that fails while it waits is recorded as created. Deleting
 * this resource deletes no image: it may be in use elsewhere, and the retention rule deletes old ones.
 */
export class BakedImage extends remoteClass<typeof code>(kind) {
  /** The machine image's id, such as ami-0123456789abcdef0. */
  declare readonly image: pulumi.Output<string>;
}
