import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import type * as code from "./log-project.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogProject",
  module: "clouds/alicloud/log-project",
  ...storeKind,
};

/** The log project of an environment, with all its stores; its id is the project's name. See `storeKind`. */
export class LogProject extends remoteClass<typeof code>(kind) {}
