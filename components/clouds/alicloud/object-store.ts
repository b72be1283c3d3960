import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import type * as code from "./object-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "ObjectStore",
  module: "clouds/alicloud/object-store",
  ...storeKind,
  updateOnChanges: [...storeKind.updateOnChanges, "keepVersions"],
};

/**
 * The bucket of a service; its id is the bucket's name. What protects it are resources of their own. See `storeKind`.
 */
export class ObjectStore extends remoteClass<typeof code>(kind) {}
