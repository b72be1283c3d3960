import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./file-system.remote";

const kind: RemoteKind<typeof code> = {
  type: "FileSystem",
  module: "clouds/aws/file-system",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: updatedStoreInputs,
  reads: true,
  deletes: true,
};

/**
 * The shared file system of a service. It outlives its removal from the stack unless it is to be deleted, and the same
 * stack takes it back.
 */
export class FileSystem extends RemoteResource<typeof code> {
  /** The file system's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string>;
  /** The file system's own id, such as fs-0123456789abcdef0. */
  readonly fileSystemId: pulumi.Output<string>;

  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
    this.arn = this.id;
    this.fileSystemId = this.id.apply(nameIn);
  }
}
