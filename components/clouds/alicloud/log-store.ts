import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./log-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogStore",
  module: "clouds/alicloud/log-store",
  outputs: {},
  replaceOnChanges: ["project", "store"],
  updateOnChanges: ["retentionDays", "whenRemoved", "renewal"],
  reads: true,
  deletes: true,
};

/** The place of a service in a log project, with its index. Unless it is to be deleted, it stays in the project. */
export class LogStore extends remoteClass<typeof code>(kind) {}
