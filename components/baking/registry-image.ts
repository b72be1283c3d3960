import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../remote";
import type * as code from "./registry-image.remote";

const kind: RemoteKind<typeof code> = {
  type: "RegistryImageLookup",
  module: "baking/registry-image",
  outputs: { digest: undefined },
  replaceOnChanges: ["repository", "tag"],
  updateOnChanges: [],
  reads: true,
  deletes: false,
};

/**
 * Looks an image up in its registry, before the image is built and on each refresh. An existing image was baked by
 * another stack, or by an update that was killed before it could record the image, or a refresh without a login has
 * dropped it from the state. It is used and not baked again: a registry with immutable tags would refuse the second
 * push. A registry that cannot be reached, or that needs another login, fails the update before it spends minutes on a
 * build.
 */
export class RegistryImageLookup extends remoteClass<typeof code>(kind) {
  /** The digest of the image; empty where the registry has none. */
  declare readonly digest: pulumi.Output<string>;
}
