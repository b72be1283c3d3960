import type { RemoteKind } from "../../remote";
import { regionalClass } from "./regional-class";
import type * as code from "./share-folder.remote";

const kind: RemoteKind<typeof code> = {
  type: "ShareFolder",
  module: "clouds/alicloud/share-folder",
  outputs: {},
  replaceOnChanges: ["fileSystem", "folder"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The folder of a shared file system that instances mount. The root of a new file system belongs to root, and an app
 * that runs as another user could not write in it. The folder goes with the file system.
 */
export class ShareFolder extends regionalClass(kind, { endpoint: "nas" }) {}
