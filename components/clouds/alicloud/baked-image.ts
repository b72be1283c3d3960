import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./baked-image.remote";

const kind: RemoteKind<typeof code> = {
  type: "BakedImage",
  module: "clouds/alicloud/baked-image",
  outputs: { image: undefined },
  // Nothing else among the inputs shapes the image.
  replaceOnChanges: ["recipe"],
  updateOnChanges: [],
  reads: true,
  deletes: false,
};

/**
 * A baked and tested machine image. An image of the same recipe that any stack of the service has baked is used again.
 * Alibaba Cloud's own image pipeline does not suffice: its resources do not wait, and output no image. A create that
 * fails leaves nothing and is not recorded; what a killed one left, the next one deletes. Deleting this resource
 * deletes no image: it may be in use elsewhere, and the retention rule deletes old ones.
 */
export class BakedImage extends remoteClass<typeof code>(kind) {
  /** The machine image's id, such as m-bp1g7004ksh0oeuc9t1h. */
  declare readonly image: pulumi.Output<string>;
}
