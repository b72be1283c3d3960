/** What an interrupted update has left of load balancing. */
import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ownerTag } from "../tag-keys";
import type { Leftover, Own } from "./leftover.remote";
import { restorable } from "./load-balancer-zone.remote";
import { deleteRule, purposeOf, ruleClient, rulesOf, sharesOf } from "./rules.remote";

/**
 * Rules on the stack's own listeners. Those of a release that the program names are taken over by the resource that it
 * has for them: they may have requests already. Not so where the release's target group is to be created again: it
 * cannot be deleted while a rule names it.
 */
export async function listenerRules(own: Own): Promise<readonly Leftover[]> {
  const client = ruleClient(own);
  const found: Leftover[] = [];
  for (const listener of (await ownListeners(client, own)).filter((arn) => own.recorded.has(arn))) {
    for (const rule of await rulesOf(client, listener)) {
      const { RuleArn: arn = "" } = rule;
      const purpose = purposeOf(rule);
      if (purpose === undefined) continue;
      const groups = purpose === "redirect" ? [] : [...sharesOf(rule).keys()];
      const stays = groups.length === 0 || groups.some((group) => own.recorded.has(group));
      if (stays && own.recorded.has(arn)) continue;
      if (stays && (await releasesOf(client, groups)).some((release) => own.releases.has(release))) continue;
      found.push({ what: `the listener rule ${arn}`, remove: () => deleteRule(client, arn) });
    }
  }
  return found;
}

/** Listeners of the stack's own load balancers. */
export async function listeners(own: Own): Promise<readonly Leftover[]> {
  const client = ruleClient(own);
  return (await ownListeners(client, own))
    .filter((arn) => !own.recorded.has(arn))
    .map((arn) => ({
      what: `the listener ${arn}`,
      remove: () => client.send(new DeleteListenerCommand({ ListenerArn: arn })),
    }));
}

/** Load balancers. */
export async function balancers(own: Own): Promise<readonly Leftover[]> {
  const client = ruleClient(own);
  return (await ownBalancers(client, own))
    .filter((arn) => !own.recorded.has(arn))
    .map((arn) => ({
      what: `the load balancer ${arn}`,
      remove: () => client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
    }));
}

/** Zones of the stack's own load balancers, which an interrupted update has added or exchanged. */
export async function balancerZones(own: Own): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const arn of (await ownBalancers(ruleClient(own), own)).filter((one) => own.recorded.has(one))) {
    const restore = await restorable(own.region, arn, [...own.recorded]);
    if (restore) found.push({ what: `a zone of the load balancer ${arn}`, remove: restore });
  }
  return found;
}

/** Target groups. */
export async function targetGroups(own: Own): Promise<readonly Leftover[]> {
  const client = ruleClient(own);
  const arns: string[] = [];
  for await (const { TargetGroups: page = [] } of paginateDescribeTargetGroups({ client }, {}))
    arns.push(...page.flatMap(({ TargetGroupArn: arn }) => (arn === undefined ? [] : [arn])));
  return (await owned(client, own, arns))
    .filter((arn) => !own.recorded.has(arn))
    .map((arn) => ({
      what: `the target group ${arn}`,
      remove: () => client.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })),
    }));
}

async function ownListeners(client: ElasticLoadBalancingV2Client, own: Own): Promise<string[]> {
  const arns: string[] = [];
  for (const LoadBalancerArn of (await ownBalancers(client, own)).filter((arn) => own.recorded.has(arn)))
    for await (const { Listeners: page = [] } of paginateDescribeListeners({ client }, { LoadBalancerArn }))
      arns.push(...page.flatMap(({ ListenerArn: arn }) => (arn === undefined ? [] : [arn])));
  return arns;
}

async function ownBalancers(client: ElasticLoadBalancingV2Client, own: Own): Promise<string[]> {
  const arns: string[] = [];
  for await (const { LoadBalancers: page = [] } of paginateDescribeLoadBalancers({ client }, {}))
    arns.push(...page.flatMap(({ LoadBalancerArn: arn }) => (arn === undefined ? [] : [arn])));
  return owned(client, own, arns);
}

/** Of these resources, those that the stack owns. */
async function owned(client: ElasticLoadBalancingV2Client, { owner }: Own, arns: readonly string[]): Promise<string[]> {
  const tags = await tagsOf(client, arns, ownerTag);
  return arns.filter((arn) => tags.get(arn) === owner);
}

async function releasesOf(client: ElasticLoadBalancingV2Client, groups: readonly string[]): Promise<string[]> {
  return [...(await tagsOf(client, groups, "release")).values()];
}

/** One tag of resources, by their ARNs. */
export async function tagsOf(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
  key: string,
): Promise<ReadonlyMap<string, string>> {
  // AWS describes the tags of at most 20 resources in one call.
  const most = 20;
  const values = new Map<string, string>();
  for (let first = 0; first < arns.length; first += most) {
    const { TagDescriptions: described = [] } = await client.send(
      new DescribeTagsCommand({ ResourceArns: arns.slice(first, first + most) }),
    );
    for (const { ResourceArn: arn = "", Tags: tags = [] } of described)
      for (const { Key, Value } of tags) if (Key === key && Value !== undefined) values.set(arn, Value);
  }
  return values;
}
