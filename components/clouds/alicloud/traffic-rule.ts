import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type { Serving } from "../cloud";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";
import type * as code from "./traffic-rule.remote";

/** The arguments of the rule that shares requests among releases. */
export interface TrafficRuleArgs extends Omit<RemoteArgs<typeof code>, "region" | "loadBalancing" | "name"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "TrafficRule",
  module: "clouds/alicloud/traffic-rule",
  outputs: { rule: undefined, serving: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["shares", "url", "requested"],
  reads: true,
  deletes: true,
};

/**
 * The rule that shares requests among releases. It reads back what it has set, and fails unless the cloud has it: what the
 * engine deletes after it must have no traffic any more.
 */
export class TrafficRule extends RemoteResource<typeof code> {
  declare readonly serving: pulumi.Output<Serving>;

  constructor(name: string, { facts, ...args }: TrafficRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, name, region: facts.region, loadBalancing: endpointOf(facts, "alb") }, opts);
  }
}
