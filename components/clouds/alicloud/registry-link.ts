import type { RemoteKind } from "../../remote";
import { regionalClass } from "./regional-class";
import type * as code from "./registry-link.remote";

const kind: RemoteKind<typeof code> = {
  type: "RegistryLink",
  module: "clouds/alicloud/registry-link",
  outputs: { link: undefined },
  replaceOnChanges: ["registry", "vpc"],
  updateOnChanges: ["vSwitches"],
  reads: false,
  deletes: true,
};

/**
 * Links a VPC to an instance of Container Registry Enterprise Edition, which is closed to every VPC by default: its
 * `-registry-vpc` address then resolves there, and answers. The provider's own resource fails on a link whose creation
 * an interrupted update has not recorded.
 */
export class RegistryLink extends regionalClass(kind, { endpoint: "cr" }) {}
