import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./machine-group-removal.remote";

const kind: RemoteKind<typeof code> = {
  type: "MachineGroupRemoval",
  module: "clouds/alicloud/machine-group-removal",
  outputs: {},
  replaceOnChanges: ["project", "group"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * Deletes a machine group. The provider's own resource fails to delete one that is gone, as an update leaves it that is
 * interrupted while it deletes; so that resource is retained, and depends on this one.
 */
export class MachineGroupRemoval extends remoteClass<typeof code>(kind) {}
