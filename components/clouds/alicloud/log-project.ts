import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import type * as code from "./log-project.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogProject",
  module: "clouds/alicloud/log-project",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: updatedStoreInputs,
  reads: true,
  deletes: true,
};

/**
 * The log project of an environment; its id is the project's name. It outlives its removal from the stack with all its
 * stores unless it is to be deleted, and the same stack takes it back.
 */
export class LogProject extends RemoteResource<typeof code> {
  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
  }
}
