import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./launch-template-removal.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a launch template's removal. */
export interface LaunchTemplateRemovalArgs extends Omit<RemoteArgs<typeof code>, "region" | "endpoint"> {
  readonly facts: AlicloudFacts;
}

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
 * Deletes a launch template. The provider's own resource fails to delete one that is gone, as an update leaves it that is interrupted
 * while it deletes; so that resource is retained, and depends on this one.
 */
export class LaunchTemplateRemoval extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: LaunchTemplateRemovalArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, endpoint: endpointOf(facts, "ecs") }, opts);
  }
}
