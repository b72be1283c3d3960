import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./mount-target.remote";

const kind: RemoteKind<typeof code> = {
  type: "MountTarget",
  module: "clouds/aws/mount-target",
  outputs: { zone: undefined, member: undefined },
  replaceOnChanges: ["fileSystem", "subnet"],
  updateOnChanges: ["securityGroup"],
  reads: true,
  deletes: true,
};

/**
 * A shared file system's mount target for the instances in one subnet. AWS allows one in each zone. Where the instances
 * move to another subnet of the zone, the running release keeps the mount target, and the new one shares it: the
 * provider's own resource would be refused a second one, or would take the first one away.
 */
export class MountTarget extends remoteClass<typeof code>(kind) {}
