import { type RemoteKind, remoteClass } from "../../remote";
import { boundsKind } from "../kinds";
import type * as code from "./bounds.remote";

const kind: RemoteKind<typeof code> = {
  type: "Bounds",
  module: "clouds/alicloud/bounds",
  ...boundsKind,
};

/** See `boundsKind`. */
export class Bounds extends remoteClass<typeof code>(kind) {}
