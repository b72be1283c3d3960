import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { TrafficWeight } from "../cloud";
import { trafficShares } from "../traffic-shares";
import type { Context } from "../context";
import type { LoadBalancer } from "./load-balancer";
import { TrafficSplitCheck } from "./traffic-split-check";
import { tagsOf } from "./tags";

/** The priority of the traffic split. Rules apply by rising priority: each release's header rule has a lower one. */
export const splitPriority = 50_000;

/** Registers the rule that shares requests among target groups, and the check that the cloud has taken it on. */
export function trafficSplit(
  context: Context,
  { listener }: LoadBalancer,
  weights: readonly TrafficWeight[],
  dependsOn: readonly pulumi.Resource[],
): void {
  const { name, parent, facts } = context;
  const resource = `${name}-traffic-split`;
  const rule = new aws.lb.ListenerRule(
    resource,
    {
      listenerArn: listener.arn,
      priority: splitPriority,
      conditions: [{ pathPattern: { values: ["/*"] } }],
      actions: [forwardTo(weights)],
      tags: tagsOf(context, resource),
    },
    { parent, dependsOn: [...dependsOn] },
  );
  const shares = trafficShares(weights);
  new TrafficSplitCheck(`${name}-traffic-split-check`, { region: facts.region, rule: rule.arn, shares }, { parent });
}

function forwardTo(weights: readonly TrafficWeight[]): aws.types.input.lb.ListenerRuleAction {
  const [only, ...more] = weights;
  if (only !== undefined && more.length === 0) return { type: "forward", targetGroupArn: only.targetGroup };
  return {
    type: "forward",
    forward: { targetGroups: weights.map(({ targetGroup, weight }) => ({ arn: targetGroup, weight })) },
  };
}
