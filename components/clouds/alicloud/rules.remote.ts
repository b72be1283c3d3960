import type { Created, Refreshed, Updated } from "../../remote";
import { areEqual } from "../rollout";
import { Api, codeOf, until, untilFree } from "./api.remote";

/** The rules of a listener, which only the listener's owner changes. */

/** The listener, and the URL of the load balancer's API. */
export interface ListenerInputs {
  readonly region: string;
  readonly loadBalancing: string;
  /** The listener's id. */
  readonly listener: string;
  /** The rule's name, which says what it is for: a listener has one rule for each purpose. */
  readonly name: string;
}

/** A rule as the cloud returns it. */
export interface Rule {
  readonly RuleId: string;
  readonly RuleName?: string;
  readonly RuleStatus?: string;
  readonly ListenerId?: string;
  readonly LoadBalancerId?: string;
  readonly Priority?: number;
  readonly RuleActions?: readonly Action[];
}

/** What a rule does with a request. */
export interface Action {
  readonly Type: string;
  readonly Order?: number;
  readonly ForwardGroupConfig?: { readonly ServerGroupTuples?: readonly Forward[] };
  readonly RedirectConfig?: Readonly<Record<string, string>>;
}

/** A server group that a rule forwards to. */
export interface Forward {
  readonly ServerGroupId: string;
  /** 0 to 100, relative to the others'. */
  readonly Weight?: number;
}

/** Which requests a rule is for. */
export type Condition =
  | { readonly Type: "Header"; readonly HeaderConfig: { readonly Key: string; readonly Values: readonly string[] } }
  | { readonly Type: "Path"; readonly PathConfig: { readonly Values: readonly string[] } };

/** What a rule is to be. */
export interface WantedRule {
  readonly band: Band;
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

/**
 * The priorities of each kind of rule, 1 to 10000. Rules apply by rising priority: a release's header rule applies
 * before the traffic split, and the traffic split before the redirect to HTTPS.
 */
const bands = { header: [1, 4999], split: [5000, 8999], redirect: [9000, 10_000] } as const;
/** A kind of rule. */
export type Band = keyof typeof bands;

/** Every request. */
export const everyPath: Condition = { Type: "Path", PathConfig: { Values: ["/*"] } };

/** The load balancer's API. */
export function balancing({ region, loadBalancing }: Pick<ListenerInputs, "region" | "loadBalancing">): Api {
  return new Api("alb", loadBalancing, { RegionId: region });
}

/** The rules that a filter of `ListRules` finds. */
export async function listRules(
  api: Api,
  filter: { readonly RuleIds: readonly string[] } | { readonly LoadBalancerIds: readonly string[] } | OfListener,
): Promise<Rule[]> {
  const pages = await api.pages<{ readonly Rules?: readonly Rule[]; readonly NextToken?: string }>("ListRules", {
    ...filter,
    MaxResults: 100,
  });
  return pages.flatMap(({ Rules = [] }) => Rules);
}
interface OfListener {
  readonly ListenerIds: readonly string[];
}

/** Reads one rule; undefined if it does not exist. */
export async function readRule(api: Api, id: string): Promise<Rule | undefined> {
  const [rule] = await untilFree(() => listRules(api, { RuleIds: [id] }), 60);
  return rule;
}

/**
 * Makes sure that the listener has the rule, and returns it once it is in effect. A rule for the same purpose, which an
 * interrupted update may have left, becomes this one.
 */
export function ensureRule(inputs: ListenerInputs, wanted: WantedRule): Promise<Rule> {
  const api = balancing(inputs);
  return untilFree(async () => {
    const rules = await listRules(api, { ListenerIds: [inputs.listener] });
    const existing = rules.find(({ RuleName, RuleStatus }) => RuleName === inputs.name && RuleStatus !== "Deleting");
    if (existing !== undefined) return setRule(api, existing, wanted);
    const { RuleId } = await api.request<{ readonly RuleId: string }>("CreateRule", {
      ListenerId: inputs.listener,
      RuleName: inputs.name,
      Priority: freePriority(rules, wanted.band),
      RuleConditions: wanted.conditions,
      RuleActions: wanted.actions,
    });
    return available(api, RuleId);
  });
}

/**
 * Sets a rule's conditions and actions, unless it forwards as wanted already, and returns it once they are in effect.
 */
async function setRule(api: Api, rule: Rule, { conditions, actions }: WantedRule): Promise<Rule> {
  const { RuleId } = rule;
  await available(api, RuleId);
  const wanted = sharesOf(actions);
  if (wanted.size > 0 && areEqual(sharesOf(rule.RuleActions), wanted)) return rule;
  await api.request("UpdateRuleAttribute", { RuleId, RuleConditions: conditions, RuleActions: actions });
  return available(api, RuleId);
}

/** Waits until a change of a rule has ended. */
export function available(api: Api, id: string): Promise<Rule> {
  return until(`the rule ${id} is still being changed`, async () => {
    const [rule] = await listRules(api, { RuleIds: [id] });
    return rule?.RuleStatus === "Available" ? rule : undefined;
  });
}

/** Deletes a rule, if it exists, and waits until it is gone: its priority and its server groups are then free. */
export async function deleteRule(inputs: Pick<ListenerInputs, "region" | "loadBalancing">, id: string): Promise<void> {
  const api = balancing(inputs);
  await untilFree(async () => {
    const [rule] = await listRules(api, { RuleIds: [id] });
    if (rule === undefined) return;
    if (rule.RuleStatus !== "Deleting") {
      try {
        await api.request("DeleteRule", { RuleId: id });
      } catch (error) {
        if (!codeOf(error).startsWith("ResourceNotFound")) throw error;
      }
    }
    await until(`the rule ${id} is still being deleted`, async () =>
      (await listRules(api, { RuleIds: [id] })).length === 0 ? true : undefined,
    );
  });
}

/** The outputs of a rule. */
export interface WithRule extends ListenerInputs {
  /** The rule's id. */
  readonly rule: string;
}

/** How a rule is created, updated, read and deleted that needs no check and no wait. */
export function plainRule<Inputs extends ListenerInputs>(wantedRule: (inputs: Inputs) => WantedRule) {
  type Outputs = Inputs & WithRule;
  const ensure = async (inputs: Inputs): Promise<Outputs> => {
    const { RuleId } = await ensureRule(inputs, wantedRule(inputs));
    return { ...inputs, rule: RuleId };
  };
  return {
    /** Creates the rule, or takes over the one that an interrupted update left. */
    create: async (inputs: Inputs): Promise<Created<Outputs>> => {
      const outs = await ensure(inputs);
      return { id: outs.rule, outs };
    },
    /** Sets the rule; one that was deleted in the cloud is created again. */
    update: async (_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> => ({
      outs: await ensure(inputs),
    }),
    /** Finds out whether the rule still exists. */
    read: async (id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> => {
      const { region = "", loadBalancing = "", rule = id } = outputs;
      const found = await readRule(balancing({ region, loadBalancing }), rule);
      return found === undefined ? {} : { id, props: outputs };
    },
    remove: removeRule,
  };
}

/** Deletes a rule by its outputs; an earlier version may have recorded fewer. */
export function removeRule(
  id: string,
  { region = "", loadBalancing = "", rule = id }: Partial<WithRule>,
): Promise<void> {
  return deleteRule({ region, loadBalancing }, rule);
}

/** The action that shares requests among server groups. */
export function forwardTo(shares: ReadonlyMap<string, number>): Action {
  const ServerGroupTuples = [...shares].map(([ServerGroupId, Weight]) => ({ ServerGroupId, Weight }));
  return { Type: "ForwardGroup", Order: 1, ForwardGroupConfig: { ServerGroupTuples } };
}

/** The server groups that actions forward to, each with its weight. */
export function sharesOf(actions: readonly Action[] = []): Map<string, number> {
  const forwards = actions
    .filter(({ Type }) => Type === "ForwardGroup")
    .flatMap(({ ForwardGroupConfig }) => ForwardGroupConfig?.ServerGroupTuples ?? []);
  return new Map(forwards.map(({ ServerGroupId, Weight = 100 }) => [ServerGroupId, Weight]));
}

/** The redirect takes the last free priority, any other rule the first one. */
function freePriority(rules: readonly Rule[], band: Band): number {
  const [first, last] = bands[band];
  const taken = new Set(rules.map(({ Priority }) => Priority));
  const all = Array.from({ length: last - first + 1 }, (_, index) =>
    band === "redirect" ? last - index : first + index,
  );
  const free = all.find((priority) => !taken.has(priority));
  if (free === undefined) throw new Error(`the listener has no free priority for a ${band} rule`);
  return free;
}
