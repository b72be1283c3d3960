import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./traffic-split-check.remote";

/** The arguments of a check of the traffic split. */
export type TrafficSplitCheckArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "TrafficSplitCheck",
  module: "clouds/aws/traffic-split-check",
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
  constructor(name: string, args: TrafficSplitCheckArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
