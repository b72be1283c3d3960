import type * as pulumi from "@pulumi/pulumi";
import type { SplitRule, TrafficSplitSpec } from "../cloud";
import type { Context } from "../context";
import type { LoadBalancer } from "./load-balancer";
import { TrafficRule } from "./traffic-rule";
import { tagsOf } from "./tags";

/** Registers the rule that shares requests among the releases. */
export function trafficSplit(
  context: Context,
  { listener }: LoadBalancer,
  { shares, rollout, entering, url, requested }: TrafficSplitSpec,
  dependsOn: readonly pulumi.Resource[],
): SplitRule {
  const { name, parent, facts } = context;
  // Named by protocol: switching TLS on or off creates the other one before this one is deleted.
  const resource = `${name}-traffic-split-${listener.protocol}`;
  return new TrafficRule(
    resource,
    {
      region: facts.region,
      listener: listener.resource.arn,
      shares: [...shares],
      rollout,
      entering,
      url,
      requested,
      tags: tagsOf(context, resource),
    },
    { parent, dependsOn: [...dependsOn] },
  );
}
