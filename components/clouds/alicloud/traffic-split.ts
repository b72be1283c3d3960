import type * as pulumi from "@pulumi/pulumi";
import type { Serving, TrafficSplitSpec } from "../cloud";
import type { Context } from "./context";
import { ruleOn } from "./listener-rule";
import { endpointOf } from "./regions";
import type { LoadBalancer } from "./load-balancer";
import { TrafficRule } from "./traffic-rule";

/** Registers the rule that shares requests among target groups. Returns what it has read from the cloud. */
export function trafficSplit(
  { name, parent, facts }: Context,
  { listener }: LoadBalancer,
  split: TrafficSplitSpec,
  after: readonly pulumi.Resource[],
): pulumi.Output<Serving> {
  const resource = `${name}-traffic-split-${listener.protocol}`;
  return new TrafficRule(
    resource,
    { ...split, ...ruleOn(listener.id, resource, facts), monitoring: endpointOf(facts, "cms") },
    { parent, dependsOn: [...after] },
  ).serving;
}
