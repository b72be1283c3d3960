import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./object-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "ObjectStore",
  module: "clouds/aws/object-store",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: updatedStoreInputs,
  reads: true,
  deletes: true,
};

/**
 * The bucket of a service. What protects it are resources of their own. It outlives its removal from the stack unless it
 * is to be deleted, and the same stack takes it back.
 */
export class ObjectStore extends RemoteResource<typeof code> {
  /** The bucket's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string>;
  /** The bucket's name. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
    this.arn = this.id;
    this.bucket = this.id.apply(nameIn);
  }
}
