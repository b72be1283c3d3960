import type { RemoteKind } from "../../remote";
import type * as code from "./launch-template-removal.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "LaunchTemplateRemoval",
  module: "clouds/alicloud/launch-template-removal",
  outputs: {},
  replaceOnChanges: ["template", "owner"],
  updateOnChanges: [],
  reads: false,
  deletes: true,
};

/**
 * Deletes a launch template. The provider's own resource fails to delete one that is gone, as an update leaves it that
 * is interrupted while it deletes; so that resource is retained, and depends on this one.
 */
export class LaunchTemplateRemoval extends regionalClass(kind, { endpoint: "ecs" }) {}
