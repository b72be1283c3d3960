import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { endpointOf } from "./regions";
import type * as code from "./server-group-attachment.remote";
import type { AlicloudFacts } from "./settings";

/** The arguments of a server group's attachment. */
export interface ServerGroupAttachmentArgs extends Omit<RemoteArgs<typeof code>, "region" | "scaling"> {
  readonly facts: AlicloudFacts;
}

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
 * The server group that a scaling group's instances join. The provider's own resource can neither be read nor deleted once its
 * group is gone, as an interrupted update leaves it.
 */
export class ServerGroupAttachment extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: ServerGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, scaling: endpointOf(facts, "ess") }, opts);
  }
}
