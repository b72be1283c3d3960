import { type RemoteArgs, type RemoteKind, remoteClass } from "../../remote";
import { boundsKind } from "../kinds";
import type * as code from "./bounds.remote";

/** The arguments of a group's bounds. */
export type BoundsArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "Bounds",
  module: "clouds/aws/bounds",
  ...boundsKind,
};

/** See `boundsKind`. */
export class Bounds extends remoteClass<typeof code>(kind) {}
