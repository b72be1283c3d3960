import type { RemoteKind } from "../../remote";
import { regionalClass } from "./regional-class";
import type * as code from "./server-group-attachment.remote";

const kind: RemoteKind<typeof code> = {
  type: "ServerGroupAttachment",
  module: "clouds/alicloud/server-group-attachment",
  outputs: { member: undefined },
  replaceOnChanges: ["group", "serverGroup", "port"],
  updateOnChanges: [],
  reads: true,
  deletes: true,
};

/**
 * The server group that a scaling group's instances join. The provider's own resource can neither be read nor deleted
 * once its group is gone, as an interrupted update leaves it.
 */
export class ServerGroupAttachment extends regionalClass(kind, { scaling: "ess" }) {}
