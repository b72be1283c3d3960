import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./cluster-removal.remote";

const kind: RemoteKind<typeof code> = {
  type: "ClusterRemoval",
  module: "clouds/aws/cluster-removal",
  outputs: {},
  replaceOnChanges: ["cluster", "owner"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * Deletes an ECS cluster. The provider's own resource fails to delete one that is gone, as an update leaves it that is
 * interrupted while it deletes; so that resource is retained, and depends on this one.
 */
export class ClusterRemoval extends remoteClass<typeof code>(kind) {}
