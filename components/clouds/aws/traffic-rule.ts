import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type { Serving } from "../cloud";
import type * as code from "./traffic-rule.remote";

/** The arguments of a traffic rule. */
export type TrafficRuleArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "TrafficRule",
  module: "clouds/aws/traffic-rule",
  outputs: { rule: undefined, serving: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["shares", "url", "requested"],
  reads: true,
  deletes: true,
};

/**
 * The rule that shares requests among the releases. It is read back before the old release is deleted: a failed update of a
 * provider's own rule is recorded as done, and the next update would delete the release that still has the traffic.
 */
export class TrafficRule extends RemoteResource<typeof code> {
  declare readonly serving: pulumi.Output<Serving>;

  constructor(name: string, args: TrafficRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
