import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { TrafficWeight } from "../cloud";
import { trafficShares } from "../traffic-shares";
import type { Context } from "./context";
import { type LoadBalancer, longTimeouts } from "./load-balancer";
import { TrafficSplitCheck } from "./traffic-split-check";

/**
 * The priority of the traffic split, 1 to 10000. Rules apply by rising priority: each release's header rule has a
 * lower one.
 */
export const splitPriority = 10_000;

/** Registers the rule that shares requests among target groups, and the check that the cloud has taken it on. */
export function trafficSplit(
  context: Context,
  { listener }: LoadBalancer,
  weights: readonly TrafficWeight[],
  dependsOn: readonly pulumi.Resource[],
): void {
  const { name, parent, facts } = context;
  const resource = `${name}-traffic-split`;
  const serverGroupTuples = weights.map(({ targetGroup: serverGroupId, weight }) => ({ serverGroupId, weight }));
  const rule = new alicloud.alb.Rule(
    resource,
    {
      ruleName: resource,
      listenerId: listener.id,
      priority: splitPriority,
      ruleConditions: [{ type: "Path", pathConfig: { values: ["/*"] } }],
      ruleActions: [{ order: 1, type: "ForwardGroup", forwardGroupConfig: { serverGroupTuples } }],
    },
    { parent, dependsOn: [...dependsOn], customTimeouts: longTimeouts },
  );
  const shares = trafficShares(weights);
  new TrafficSplitCheck(`${name}-traffic-split-check`, { facts, rule: rule.id, shares }, { parent });
}
