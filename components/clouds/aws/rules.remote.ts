/** What the listener rules of all kinds have in common. */
import {
  type Action,
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RemoveTagsCommand,
  type Rule,
  type RuleCondition,
  type Tag,
  paginateDescribeRules,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Created, Updated } from "../../remote";
import { clientSettings, isError } from "./clients.remote";

/** A rule as it should be. */
export interface WantedRule {
  /** The listener's ARN. */
  readonly listener: string;
  readonly purpose: Purpose;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
  readonly tags: Tags;
}

/** The tags of a rule. */
export type Tags = Readonly<Record<string, string>>;

/** What a rule is for. */
export type Purpose = keyof typeof priorities;

/**
 * The priorities of the rules, by their purpose. Rules apply by rising priority: the header rules before the split, and
 * the split before the redirect, so that either may be created while the other is in force.
 */
const priorities = {
  header: { first: 1, last: 29_999 },
  split: { first: 30_000, last: 39_999 },
  redirect: { first: 40_000, last: 50_000 },
} as const;

/** The condition of a rule for every request that no rule before it has matched. */
export const everyPath: RuleCondition = { Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } };

/** The condition of a release's header rule. */
export function releaseHeader(value: string): RuleCondition {
  return { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Release", Values: [value] } };
}

/** What a rule in the cloud is for; undefined for the default rule and for a rule of somebody else. */
export function purposeOf({
  IsDefault,
  Conditions: conditions = [],
  Actions: actions = [],
}: Rule): Purpose | undefined {
  const [condition] = conditions;
  if (IsDefault === true || conditions.length !== 1 || condition === undefined) return undefined;
  if (condition.Field === "http-header") return releaseIn(condition) === undefined ? undefined : "header";
  if (!(condition.PathPatternConfig?.Values ?? condition.Values)?.includes("/*")) return undefined;
  return actions.some(({ Type }) => Type === "redirect") ? "redirect" : "split";
}

/** The value of the header by which a rule's condition names a release. */
function releaseIn({ HttpHeaderConfig: header }: RuleCondition): string | undefined {
  return header?.HttpHeaderName?.toLowerCase() === "x-release" ? header.Values?.[0] : undefined;
}

/** The number of times that a priority may turn out to be taken: several rules are created at the same time. */
const maxPriorities = 20;

/**
 * Creates the rule, or takes over the one on the listener that has the same purpose: an interrupted update may have
 * left it. Returns its ARN, and the rule as it was before, if it existed.
 */
export async function ensureRule(
  client: ElasticLoadBalancingV2Client,
  wanted: WantedRule,
): Promise<{ readonly arn: string; readonly before: Rule | undefined }> {
  const refused = new Set<number>();
  for (;;) {
    const rules = await rulesOf(client, wanted.listener);
    const before = rules.find((rule) => hasSamePurpose(rule, wanted));
    if (before?.RuleArn !== undefined) {
      await setRule(client, before.RuleArn, wanted, {});
      return { arn: before.RuleArn, before };
    }
    const priority = freePriority(wanted.purpose, rules, refused);
    try {
      const { Rules: [created] = [] } = await client.send(
        new CreateRuleCommand({
          ListenerArn: wanted.listener,
          Priority: priority,
          Conditions: [...wanted.conditions],
          Actions: [...wanted.actions],
          Tags: tagList(wanted.tags),
        }),
      );
      if (created?.RuleArn === undefined) throw new Error(`AWS returned no rule of ${wanted.listener}`);
      return { arn: created.RuleArn, before: undefined };
    } catch (error) {
      refused.add(priority);
      if (!isError(error, "PriorityInUseException") || refused.size >= maxPriorities) throw error;
    }
  }
}

function hasSamePurpose(rule: Rule, { purpose, conditions }: WantedRule): boolean {
  const release = ({ Conditions: [condition] = [] }: Pick<Rule, "Conditions">) => condition && releaseIn(condition);
  return purposeOf(rule) === purpose && release(rule) === release({ Conditions: [...conditions] });
}

function freePriority(purpose: Purpose, rules: readonly Rule[], refused: ReadonlySet<number>): number {
  const taken = new Set([...rules.map(({ Priority }) => Number(Priority)), ...refused]);
  const { first, last } = priorities[purpose];
  for (let priority = first; priority <= last; priority += 1) if (!taken.has(priority)) return priority;
  throw new Error(`no priority from ${first} to ${last} is free`);
}

/**
 * Sets a rule's tags, and then its actions: where a tag is refused, no traffic has moved that the outputs do not name.
 * `before` are the tags that the rule had from this project.
 */
export async function setRule(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  { actions, tags }: Pick<WantedRule, "actions" | "tags">,
  before: Tags,
): Promise<void> {
  await setTags(client, arn, tags, before);
  await client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: [...actions] }));
}

/** Sets a rule's tags. `before` are those that it had from this project. */
export async function setTags(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  tags: Tags,
  before: Tags,
): Promise<void> {
  await client.send(new AddTagsCommand({ ResourceArns: [arn], Tags: tagList(tags) }));
  const removed = Object.keys(before).filter((key) => !(key in tags));
  if (removed.length > 0) await client.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: removed }));
}

/** Sets the shares of a rule that forwards, and nothing else. */
export async function setShares(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  shares: ReadonlyMap<string, number>,
): Promise<void> {
  await client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: [forwardTo(shares)] }));
}

function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** All rules of a listener, in no order. A listener that does not exist has none. */
export async function rulesOf(client: ElasticLoadBalancingV2Client, listener: string): Promise<Rule[]> {
  const rules: Rule[] = [];
  try {
    for await (const { Rules: page = [] } of paginateDescribeRules({ client }, { ListenerArn: listener }))
      rules.push(...page);
  } catch (error) {
    if (!isError(error, "ListenerNotFoundException")) throw error;
  }
  return rules;
}

/** Reads one rule; undefined when it does not exist. */
export async function readRule(client: ElasticLoadBalancingV2Client, arn: string): Promise<Rule | undefined> {
  try {
    const { Rules: rules = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [arn] }));
    return rules[0];
  } catch (error) {
    if (isError(error, "RuleNotFoundException")) return undefined;
    throw error;
  }
}

/** Deletes a rule. One that does not exist is deleted already. */
export async function deleteRule(client: ElasticLoadBalancingV2Client, arn: string): Promise<void> {
  try {
    await client.send(new DeleteRuleCommand({ RuleArn: arn }));
  } catch (error) {
    if (!isError(error, "RuleNotFoundException")) throw error;
  }
}

/** The shares of a rule's target groups in percent, by their ARNs. */
export function sharesOf({ Actions: actions = [] }: Rule): ReadonlyMap<string, number> {
  const action = actions.find(({ Type }) => Type === "forward");
  const groups = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn, Weight: 1 }];
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  return new Map(
    groups.flatMap(({ TargetGroupArn: arn, Weight: weight = 1 }) =>
      arn === undefined ? [] : [[arn, total === 0 ? 0 : Math.round((weight * 100) / total)] as const],
    ),
  );
}

/** The action that shares requests among target groups. */
export function forwardTo(shares: ReadonlyMap<string, number>): Action {
  const [only, ...more] = [...shares.keys()];
  if (only !== undefined && more.length === 0) return { Type: "forward", TargetGroupArn: only };
  const groups = [...shares].map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  return { Type: "forward", ForwardConfig: { TargetGroups: groups } };
}

/** The inputs of every rule. */
export interface RuleInputs {
  readonly region: string;
  /** The listener's ARN. */
  readonly listener: string;
  readonly tags: Tags;
}

/** A client for the rules of a region. */
export function ruleClient({ region }: Pick<RuleInputs, "region">): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client(clientSettings(region, "elastic-load-balancing"));
}

/** How a rule is created, updated and deleted that needs no check and no wait. */
export function plainRule<Inputs extends RuleInputs>(wantedRule: (inputs: Inputs) => WantedRule) {
  type Outputs = Inputs & WithRule;
  return {
    /** Creates the rule, or takes over the one that an interrupted update left. */
    create: async (inputs: Inputs): Promise<Created<Outputs>> => {
      const { arn } = await ensureRule(ruleClient(inputs), wantedRule(inputs));
      return { id: arn, outs: { ...inputs, rule: arn } };
    },
    /** Sets the rule; one that was deleted in the cloud is created again. */
    update: async (id: string, before: Partial<WithRule>, inputs: Inputs): Promise<Updated<Outputs>> => {
      const client = ruleClient(inputs);
      const { rule = id, tags = {} } = before;
      if ((await readRule(client, rule)) !== undefined) {
        await setRule(client, rule, wantedRule(inputs), tags);
        return { outs: { ...inputs, rule } };
      }
      const { arn } = await ensureRule(client, wantedRule(inputs));
      return { outs: { ...inputs, rule: arn } };
    },
    remove: async (id: string, { region, rule = id }: Partial<WithRule>): Promise<void> => {
      if (region !== undefined) await deleteRule(ruleClient({ region }), rule);
    },
  };
}

/** The outputs of a rule. */
export interface WithRule extends RuleInputs {
  /** The rule's ARN. */
  readonly rule: string;
}
