import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  RemoveTagsCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { now, sleep } from "../../clock.remote";
import type { Created, Refreshed, Updated } from "../../remote";
import { type TrafficInputs, type WithLastSplit, refuseUnchecked, servingOf } from "../checks.remote";
import type { Requested, Serving } from "../cloud";
import { moveTraffic } from "../move-traffic.remote";
import { areEqual, weightsOf } from "../rollout";
import type { RolloutInputs, TargetGroupHealth } from "../rollout.remote";
import { rolloutTag } from "../tag-keys";
import { settleSeconds } from "../timings";
import { boundedGroup } from "./bounds.remote";
import { credentialsEnd } from "./clients.remote";
import { tagsOf } from "./leftovers-balancing.remote";
import { metricCalls } from "./rollout-metrics.remote";
import {
  type RuleInputs,
  type WantedRule,
  deleteRule,
  ensureRule,
  everyPath,
  forwardTo,
  purposeOf,
  readRule,
  ruleClient,
  rulesOf,
  setShares,
  setTags,
  sharesOf,
} from "./rules.remote";

/** The inputs of a traffic rule. */
export interface Inputs extends RuleInputs, TrafficInputs<Requested>, RolloutInputs {}

/** The outputs of a traffic rule. */
export interface Outputs extends Inputs, WithLastSplit {
  /** The rule's ARN. */
  readonly rule: string;
  /** What the rule in the cloud was when it had been set. */
  readonly serving: Serving;
}

/** Seconds within which the rule has to read as it was set, and between two reads. */
const readBack = { within: 60, interval: 2 } as const;

/** Creates the rule, or takes over the one that an interrupted update left. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  refuseUnchecked(inputs.shares);
  const client = ruleClient(inputs);
  const { arn, before } = await ensureRule(client, wantedRule(inputs));
  return { id: arn, outs: await settled(client, arn, inputs, before === undefined ? [] : [sharesOf(before)]) };
}

/** Sets the rule; one that was deleted in the cloud is created again. */
export async function update(id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  refuseUnchecked(inputs.shares);
  const client = ruleClient(inputs);
  const arn = before.rule ?? id;
  const live = await readRule(client, arn);
  if (live === undefined) return { outs: (await create(inputs)).outs };
  const recorded = weightsOf(before.shares ?? []);
  await setTags(client, arn, inputs.tags, before.tags ?? {});
  await moveTraffic(inputs, before, sharesOf(live), {
    read: async () => sharesIn(await readRule(client, arn)),
    move: async (split) => {
      await setShares(client, arn, split);
      await readsAs(client, arn, split);
    },
    health: (targetGroup) => healthOf(client, targetGroup),
    group: (servers) => boundedGroup(inputs.region, servers),
    asked: async (targetGroup) => (await tagsOf(client, [targetGroup], rolloutTag)).get(targetGroup),
    unask: async (targetGroup) => {
      await client.send(new RemoveTagsCommand({ ResourceArns: [targetGroup], TagKeys: [rolloutTag] }));
    },
    link: (targetGroup) => linkTo(inputs.region, targetGroup),
    credentialsEnd: () => credentialsEnd(inputs.region),
    ...metricCalls(inputs.region, inputs.listener),
  });
  await setShares(client, arn, weightsOf(inputs.shares));
  // An update that was interrupted here has moved the traffic, and nobody has waited.
  return { outs: await settled(client, arn, inputs, [sharesOf(live), recorded]) };
}

/** Reads the shares, so that a refresh shows a rule that was changed in the cloud, and the update sets it again. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, rule = id, shares = [], serving } = outputs;
  if (region === undefined) return { id, props: outputs };
  const found = await readRule(ruleClient({ region }), rule);
  if (found === undefined) return {};
  const live = sharesOf(found);
  if (areEqual(live, weightsOf(shares))) return { id, props: outputs };
  const weightOf = (targetGroup: string) => live.get(targetGroup) ?? 0;
  const releases = shares.map(({ release, version, image, targetGroup }) => ({
    id: release,
    version,
    image,
    weight: weightOf(targetGroup),
  }));
  const drifted = shares.map((share) => ({ ...share, weight: weightOf(share.targetGroup) }));
  return {
    id,
    props: { ...outputs, shares: drifted, ...(serving === undefined ? {} : { serving: { ...serving, releases } }) },
  };
}

/**
 * Deletes the rule. Where a redirect takes the requests over, the releases may be deleted only once every node of the
 * load balancer redirects.
 */
async function remove(id: string, { region, listener, rule = id }: Partial<Outputs>): Promise<void> {
  if (region === undefined) return;
  const client = ruleClient({ region });
  if ((await readRule(client, rule)) === undefined) return;
  await deleteRule(client, rule);
  const others = listener === undefined ? [] : await rulesOf(client, listener);
  if (others.some((other) => purposeOf(other) === "redirect")) await sleep(settleSeconds * 1000);
}

export { remove as delete };

/** The target group in the console. */
function linkTo(region: string, targetGroup: string): string {
  const domain = targetGroup.startsWith("arn:aws-cn:") ? "console.amazonaws.cn" : "console.aws.amazon.com";
  return `https://${region}.${domain}/ec2/home?region=${region}#TargetGroup:targetGroupArn=${targetGroup}`;
}

async function healthOf(client: ElasticLoadBalancingV2Client, targetGroup: string): Promise<TargetGroupHealth> {
  const { TargetHealthDescriptions: targets = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
  );
  const inState = (state: string) => targets.filter(({ TargetHealth }) => TargetHealth?.State === state);
  return {
    healthy: inState("healthy").map(({ Target }) => Target?.Id ?? ""),
    unhealthy: inState("unhealthy").map(({ Target, TargetHealth }) => ({
      instance: Target?.Id ?? "",
      reason: TargetHealth?.Description ?? TargetHealth?.Reason ?? "no reason is given",
    })),
  };
}

function wantedRule({ listener, shares, tags }: Inputs): WantedRule {
  return { listener, purpose: "split", conditions: [everyPath], actions: [forwardTo(weightsOf(shares))], tags };
}

/**
 * Reads the rule until it is as requested. Then waits until every node of the load balancer has it: where it is new, as
 * before the first update has passed or when another listener's rule is deleted next, or where a target group gets less
 * than in one of the splits before.
 */
async function settled(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  inputs: Inputs,
  before: readonly ReadonlyMap<string, number>[],
): Promise<Outputs> {
  const wanted = weightsOf(inputs.shares);
  const serving = servingOf(inputs, await readsAs(client, arn, wanted));
  const lost = before.flatMap((split) => [...split]).some(([group, share]) => share > (wanted.get(group) ?? 0));
  if (lost || before.length === 0) await sleep(settleSeconds * 1000);
  return { ...inputs, rule: arn, serving, lastSplit: Object.fromEntries(wanted) };
}

/** Reads the rule until it has these shares, at most as long as `readBack` says. Returns what it has. */
async function readsAs(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  wanted: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const deadline = now() + readBack.within * 1000;
  let live = sharesIn(await readRule(client, arn));
  while (!areEqual(live, wanted) && now() < deadline) {
    await sleep(readBack.interval * 1000);
    live = sharesIn(await readRule(client, arn));
  }
  return live;
}

function sharesIn(rule: Rule | undefined): ReadonlyMap<string, number> {
  return rule === undefined ? new Map() : sharesOf(rule);
}
