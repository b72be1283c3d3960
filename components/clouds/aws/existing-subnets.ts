import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./existing-subnets.remote";

const kind: RemoteKind<typeof code> = {
  type: "ExistingSubnets",
  module: "clouds/aws/existing-subnets",
  outputs: {},
  replaceOnChanges: [],
  updateOnChanges: ["vpc", "instances", "loadBalancer"],
  reads: false,
  deletes: false,
};

/**
 * The check of an existing network's subnets, whose zones the program does not know. It runs in each update that
 * changes them, before the load balancer and the releases. The SDK's own lookups run during a preview, which would then
 * need credentials.
 */
export class ExistingSubnets extends remoteClass<typeof code>(kind) {}
