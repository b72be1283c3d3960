import type * as pulumi from "@pulumi/pulumi";
import type { Serving, TrafficSplitSpec } from "../cloud";
import type { Context } from "../context";
import type { LoadBalancer } from "./load-balancer";
import { TrafficRule } from "./traffic-rule";
import { tagsOf } from "./tags";

/** Registers the rule that shares requests among the releases. Returns what it has read from the cloud afterwards. */
export function trafficSplit(
  context: Context,
  { listener }: LoadBalancer,
  { shares, rollout, entering, url, requested }: TrafficSplitSpec,
  dependsOn: readonly pulumi.Resource[],
): pulumi.Output<Serving> {
  const { name, parent, facts } = context;
  // Named by protocol: switching TLS on or off creates the other one before this one is deleted.
  const resource = `${name}-traffic-split-${listener.protocol}`;
  const { serving } = new TrafficRule(
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
  return serving;
}
