import type * as pulumi from "@pulumi/pulumi";
import type { SplitRule, TrafficSplitSpec } from "../cloud";
import type { Context } from "./context";
import { ruleOn } from "./listener-rule";
import type { LoadBalancer } from "./load-balancer";
import { endpointOf } from "./regions";
import { TrafficRule } from "./traffic-rule";

/** Registers the rule that shares requests among target groups. */
export function trafficSplit(
  { name, parent, facts }: Context,
  { listener }: LoadBalancer,
  split: TrafficSplitSpec,
  after: readonly pulumi.Resource[],
): SplitRule {
  const resource = `${name}-traffic-split-${listener.protocol}`;
  return new TrafficRule(
    resource,
    {
      ...split,
      ...ruleOn(listener.id, resource, facts),
      scaling: endpointOf(facts, "ess"),
      monitoring: endpointOf(facts, "cms"),
    },
    { parent, dependsOn: [...after] },
  );
}
