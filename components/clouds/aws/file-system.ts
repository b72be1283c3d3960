import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./file-system.remote";

const kind: RemoteKind<typeof code> = {
  type: "FileSystem",
  module: "clouds/aws/file-system",
  ...storeKind,
};

/** The shared file system of a service. See `storeKind`. */
export class FileSystem extends remoteClass<typeof code>(kind) {
  /** The file system's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string> = this.id;
  /** The file system's own id, such as fs-0123456789abcdef0. */
  readonly fileSystemId: pulumi.Output<string> = this.id.apply(nameIn);
}
