import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./listener-removal.remote";

const kind: RemoteKind<typeof code> = {
  type: "ListenerRemoval",
  module: "clouds/aws/listener-removal",
  outputs: {},
  replaceOnChanges: ["loadBalancer", "port"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * Deletes a listener. The provider's own resource fails to delete one that is gone, as an update leaves it that is
 * interrupted while it deletes; so that resource is retained, and depends on this one.
 */
export class ListenerRemoval extends remoteClass<typeof code>(kind) {}
