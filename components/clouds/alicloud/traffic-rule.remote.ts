import { sleep } from "../../clock.remote";
import type { Created, Refreshed, Updated } from "../../remote";
import { refuseUnchecked, servingOf, type TrafficInputs, type WithLastSplit } from "../checks.remote";
import type { Requested, Serving } from "../cloud";
import { moveTraffic } from "../move-traffic.remote";
import { type Split, areEqual, weightsOf } from "../rollout";
import type { RolloutInputs, TargetGroupHealth } from "../rollout.remote";
import type { EarlyEndCalls } from "../rollout-early-end.remote";
import { rolloutTag } from "../tag-keys";
import { settleSeconds } from "../timings";
import { boundedGroup } from "./bounds.remote";
import { type Route, metricCalls } from "./rollout-metrics.remote";
import {
  balancing,
  deleteRule,
  ensureRule,
  everyPath,
  forwardTo,
  type ListenerInputs,
  listRules,
  readRule,
  sharesOf,
} from "./rules.remote";
import { type Api, untilFree } from "./api.remote";
import { credentials } from "./credentials.remote";
import { reasonOf, targetHealth } from "./target-health.remote";

/** The inputs of the rule that shares requests among releases. */
export interface Inputs extends ListenerInputs, TrafficInputs<Requested>, RolloutInputs {
  /** The endpoint of CloudMonitor. */
  readonly monitoring: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
}

/** The outputs of the rule. */
export interface Outputs extends Inputs, WithLastSplit {
  /** The rule's id. */
  readonly rule: string;
  /** What the rule says, read after it was set. */
  readonly serving: Serving;
}

/** Creates the rule. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const outs = await share(inputs, {});
  return { id: outs.rule, outs };
}

/** Moves the shares. */
export async function update(_id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return { outs: await share(inputs, before) };
}

async function share(inputs: Inputs, recorded: Partial<Outputs>): Promise<Outputs> {
  refuseUnchecked(inputs.shares);
  const api = balancing(inputs);
  const wanted = weightsOf(inputs.shares);
  const rules = await untilFree(() => listRules(api, { ListenerIds: [inputs.listener] }));
  const existing = rules.find(({ RuleName }) => RuleName === inputs.name);
  const set = (split: Split) =>
    ensureRule(inputs, { band: "split", conditions: [everyPath], actions: [forwardTo(split)] });
  const live = sharesOf(existing?.RuleActions);
  if (existing !== undefined) {
    await moveTraffic(inputs, recorded, live, {
      read: async () => sharesOf((await readRule(api, existing.RuleId))?.RuleActions),
      move: async (split) => {
        await set(split);
      },
      health: (targetGroup) => healthOf(api, inputs.listener, targetGroup),
      group: (servers) => boundedGroup(inputs, servers.group),
      ...earlyEndCalls(api),
      link: (targetGroup) => `https://slb.console.aliyun.com/alb/${inputs.region}/server-groups/${targetGroup}`,
      credentialsEnd: async () => (await credentials()).endsAt,
      ...metricCalls(inputs.region, inputs.monitoring, () => routeOf(api, inputs.listener)),
    });
  }
  const rule = await set(wanted);
  const read = await readRule(api, rule.RuleId);
  const serving = servingOf(inputs, sharesOf(read?.RuleActions));
  // An interrupted update may have moved the shares just now, without recording it.
  const before = [...live, ...weightsOf(recorded.shares ?? [])];
  const loses = before.some(([group, weight]) => weight > (wanted.get(group) ?? 0));
  // Every node of the load balancer has a new rule before the update ends or another listener's rule is deleted, and
  // knows which groups have lost requests before these are drained.
  if (loses || existing === undefined) await sleep(settleSeconds * 1000);
  return { ...inputs, rule: rule.RuleId, serving, lastSplit: Object.fromEntries(wanted) };
}

/** The dimensions of the metrics of a listener's server groups. */
async function routeOf(api: Api, listener: string): Promise<Route> {
  const found = await api.request<{
    readonly LoadBalancerId: string;
    readonly ListenerProtocol: string;
    readonly ListenerPort: number;
  }>("GetListenerAttribute", { ListenerId: listener });
  const { LoadBalancerId, ListenerProtocol, ListenerPort } = found;
  return { loadBalancerId: LoadBalancerId, listenerProtocol: ListenerProtocol, listenerPort: String(ListenerPort) };
}

async function healthOf(api: Api, listener: string, targetGroup: string): Promise<TargetGroupHealth> {
  const { normal, others } = await targetHealth(api, listener, targetGroup);
  return {
    healthy: normal,
    unhealthy: others
      .filter(({ Status }) => Status === "Unhealthy")
      .map((server) => ({ instance: server.ServerId, reason: reasonOf(server) })),
  };
}

/** The tag of a server group that ends the rollout of its release. */
function earlyEndCalls(api: Api): EarlyEndCalls {
  const servers = (id: string) => ({ ResourceType: "servergroup", ResourceId: [id] });
  return {
    async asked(targetGroup) {
      const { TagResources: tags = [] } = await api.request<{
        readonly TagResources?: readonly { readonly TagKey: string; readonly TagValue: string }[];
      }>("ListTagResources", { ...servers(targetGroup), Tag: [{ Key: rolloutTag }] });
      return tags.find(({ TagKey }) => TagKey === rolloutTag)?.TagValue;
    },
    async unask(targetGroup) {
      await api.request("UnTagResources", { ...servers(targetGroup), TagKey: [rolloutTag] });
    },
  };
}

/** Reads the shares, so that a refresh shows, and the next update repairs, what somebody else has set. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region = "", loadBalancing = "", rule = id, shares = [] } = outputs;
  const found = await readRule(balancing({ region, loadBalancing }), rule);
  if (found === undefined) return {};
  const live = sharesOf(found.RuleActions);
  if (areEqual(live, weightsOf(shares))) return { id, props: outputs };
  const known = shares.map((one) => ({ ...one, weight: live.get(one.targetGroup) ?? 0 }));
  const others = [...live].filter(([group]) => shares.every(({ targetGroup }) => targetGroup !== group));
  return {
    id,
    props: {
      ...outputs,
      shares: [
        ...known,
        ...others.map(([targetGroup, weight]) => ({
          ...{ release: "", version: "", image: "", passed: [] },
          targetGroup,
          weight,
        })),
      ],
    },
  };
}

/**
 * Deletes the rule. Where a redirect takes the requests over, the releases may be deleted only once every node of the
 * load balancer redirects.
 */
async function remove(id: string, { region, loadBalancing, listener, rule = id }: Partial<Outputs>): Promise<void> {
  if (region === undefined || loadBalancing === undefined) return;
  const api = balancing({ region, loadBalancing });
  if ((await readRule(api, rule)) === undefined) return;
  await deleteRule({ region, loadBalancing }, rule);
  if (listener === undefined) return;
  const others = await untilFree(() => listRules(api, { ListenerIds: [listener] }));
  const redirects = others.some(({ RuleActions = [] }) => RuleActions.some(({ Type }) => Type === "Redirect"));
  if (redirects) await sleep(settleSeconds * 1000);
}
export { remove as delete };
