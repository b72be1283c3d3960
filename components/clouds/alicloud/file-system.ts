import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import type * as code from "./file-system.remote";

const kind: RemoteKind<typeof code> = {
  type: "FileSystem",
  module: "clouds/alicloud/file-system",
  ...storeKind,
};

/** The shared file system of a service; its id is the file system's. See `storeKind`. */
export class FileSystem extends remoteClass<typeof code>(kind) {}
