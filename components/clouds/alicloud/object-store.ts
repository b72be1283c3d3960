import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import type * as code from "./object-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "ObjectStore",
  module: "clouds/alicloud/object-store",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: [...updatedStoreInputs, "keepVersions"],
  reads: true,
  deletes: true,
};

/**
 * The bucket of a service; its id is the bucket's name. What protects it are resources of their own. It outlives its
 * removal from the stack unless it is to be deleted, and the same stack takes it back.
 */
export class ObjectStore extends RemoteResource<typeof code> {
  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
  }
}
