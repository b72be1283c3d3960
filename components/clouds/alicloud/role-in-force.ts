import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./role-in-force.remote";

const kind: RemoteKind<typeof code> = {
  type: "RoleInForce",
  module: "clouds/alicloud/role-in-force",
  outputs: {},
  replaceOnChanges: ["role"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * Waits after a role was created: Auto Scaling, ECS and ECI refuse one that they do not know yet, and the provider does
 * not try again. Other resources are created meanwhile.
 */
export class RoleInForce extends RemoteResource<typeof code> {
  constructor(name: string, args: RemoteArgs<typeof code>, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
