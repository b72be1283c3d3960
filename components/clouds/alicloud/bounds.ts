import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./bounds.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a group's bounds. */
export interface BoundsArgs extends Omit<RemoteArgs<typeof code>, "region" | "scaling"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "Bounds",
  module: "clouds/alicloud/bounds",
  outputs: { applied: undefined, starts: undefined },
  replaceOnChanges: ["group"],
  updateOnChanges: ["min", "max", "schedules"],
  reads: true,
  deletes: false,
};

/**
 * The min and max of a group that runs. The provider sets them when it creates the group, and ignores them from then on:
 * it would take back what a schedule has set, at the next update of the group or after a refresh.
 */
export class Bounds extends RemoteResource<typeof code> {
  /** How many instances the release starts with. */
  declare readonly starts: pulumi.Output<number>;

  constructor(name: string, { facts, ...args }: BoundsArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, scaling: endpointOf(facts, "ess") }, opts);
  }
}
