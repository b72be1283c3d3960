import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions } from "../kept-store";
import type * as code from "./log-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogStore",
  module: "clouds/alicloud/log-store",
  outputs: {},
  replaceOnChanges: ["project", "store"],
  updateOnChanges: ["retentionDays", "whenRemoved"],
  reads: true,
  deletes: true,
};

/** The place of a service in a log project, with its index. Unless it is to be deleted, it stays in the project. */
export class LogStore extends RemoteResource<typeof code> {
  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
  }
}
