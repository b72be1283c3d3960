import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import type * as code from "./file-system.remote";

const kind: RemoteKind<typeof code> = {
  type: "FileSystem",
  module: "clouds/alicloud/file-system",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: updatedStoreInputs,
  reads: true,
  deletes: true,
};

/**
 * The shared file system of a service; its id is the file system's. It outlives its removal from the stack unless it is
 * to be deleted, and the same stack takes it back.
 */
export class FileSystem extends RemoteResource<typeof code> {
  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
  }
}
