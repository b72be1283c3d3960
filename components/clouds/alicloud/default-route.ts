import type { RemoteKind } from "../../remote";
import type * as code from "./default-route.remote";
import { regionalClass } from "./regional-class";

const kind: RemoteKind<typeof code> = {
  type: "DefaultRoute",
  module: "clouds/alicloud/default-route",
  outputs: { member: undefined },
  replaceOnChanges: ["routeTable"],
  updateOnChanges: ["gateway"],
  reads: false,
  deletes: true,
};

/**
 * The route of a VPC to the internet through its single NAT gateway. The cloud adds it with the first gateway and
 * leaves it there when another one is created; the provider's own resource would have to delete it before it leads
 * elsewhere.
 */
export class DefaultRoute extends regionalClass(kind, { endpoint: "vpc" }) {}
