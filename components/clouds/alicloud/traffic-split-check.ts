import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";
import type * as code from "./traffic-split-check.remote";

/** The arguments of a check of the traffic split. */
export interface TrafficSplitCheckArgs extends Omit<RemoteArgs<typeof code>, "region" | "loadBalancing"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "TrafficSplitCheck",
  module: "clouds/alicloud/traffic-split-check",
  outputs: {},
  replaceOnChanges: ["rule"],
  updateOnChanges: ["shares"],
  reads: false,
  deletes: false,
};

/**
 * Reads the traffic split from the cloud before the old release is deleted. A failed update of the rule is recorded as
 * done: the next `pulumi up` would find nothing to change, and delete the release that still has the traffic.
 */
export class TrafficSplitCheck extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: TrafficSplitCheckArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, region: facts.region, loadBalancing: endpointOf(facts, "alb") }, opts);
  }
}
