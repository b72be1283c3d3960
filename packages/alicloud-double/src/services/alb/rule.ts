import type { Service } from "../../protocol/service";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { forwardsIn, type Raw, type Rule } from "./records";
import { actionsIn, steady } from "./listener";
import { forgetGroups, nameGroups } from "./server-group";
import { asText } from "../../values";

const noRule = (id: string) => notFound("ResourceNotFound.Rule", id);
/** One of these ends a rule: it must come last, and exactly once. */
const FINAL = new Set(["ForwardGroup", "Redirect", "FixedResponse"]);

/** Forwarding rules: header rules, the weighted catch-all, redirects. */
export const rules: Service = {
  name: "alb",
  actions: {
    CreateRule({ fields, world }) {
      const listener = steady(world, fields.text("ListenerId"));
      const priority = fields.number("Priority") ?? 0,
        direction = fields.text("Direction") ?? "Request";
      unique(world, listener.id, priority, direction);
      const actions = actionsIn(fields, "RuleActions");
      judge(actions, direction);
      nameGroups(world, actions);
      const id = world.id("rule");
      const rule = world.balancing.rules.put(id, {
        id,
        listenerId: listener.id,
        name: fields.text("RuleName") ?? "",
        priority,
        direction,
        status: "Provisioning",
        conditions: actionsIn(fields, "RuleConditions"),
        actions,
        tags: fields.tags(fields.has("Tag") ? "Tag" : "Tags"),
      });
      world.later(world.pace.transition, () => (rule.status = "Available"));
      return { RuleId: id, JobId: world.id("job") };
    },
    ListRules({ fields, world }) {
      const ids = fields.texts("RuleIds"),
        listeners = fields.texts("ListenerIds"),
        balancers = fields.texts("LoadBalancerIds");
      const found = world.balancing.rules.where(
        (one) =>
          (ids.length === 0 || ids.includes(one.id)) &&
          (listeners.length === 0 || listeners.includes(one.listenerId)) &&
          (balancers.length === 0 ||
            balancers.includes(world.balancing.listeners.get(one.listenerId)?.loadBalancerId ?? "")),
      );
      return {
        Rules: found.map((rule) => ruleOut(world, rule)),
        TotalCount: found.length,
        MaxResults: 20,
        NextToken: "",
      };
    },
    UpdateRuleAttribute({ fields, world }) {
      const rule = world.balancing.rules.must(fields.text("RuleId"), noRule);
      if (rule.status !== "Available")
        throw new Refusal("IncorrectStatus.Rule", `The status of ${rule.id} [${rule.status}] is incorrect.`, 409);
      steady(world, rule.listenerId);
      const priority = fields.number("Priority") ?? rule.priority;
      unique(world, rule.listenerId, priority, rule.direction, rule.id);
      if (fields.has("RuleActions")) {
        const actions = actionsIn(fields, "RuleActions");
        judge(actions, rule.direction);
        nameGroups(world, actions);
        rule.actions = actions;
      }
      if (fields.has("RuleConditions")) rule.conditions = actionsIn(fields, "RuleConditions");
      rule.priority = priority;
      rule.name = fields.text("RuleName") ?? rule.name;
      forgetGroups(world);
      rule.status = "Configuring";
      world.later(world.pace.transition, () => (rule.status = "Available"));
      return { JobId: world.id("job") };
    },
    DeleteRule({ fields, world }) {
      const rule = world.balancing.rules.must(fields.text("RuleId"), noRule);
      steady(world, rule.listenerId);
      world.balancing.rules.remove(rule.id);
      forgetGroups(world);
      return { JobId: world.id("job") };
    },
  },
};

function unique(world: World, listenerId: string, priority: number, direction: string, self?: string): void {
  if (priority < 1 || priority > 10000)
    throw new Refusal("IllegalParam.Priority", "The param of Priority is illegal: 1 to 10000.");
  const other = world.balancing.rules.find(
    (one) =>
      one.listenerId === listenerId && one.priority === priority && one.direction === direction && one.id !== self,
  );
  if (other)
    throw new Refusal(
      "Conflict.Priority",
      `There is already ${String(priority)} in the listener's rules: ${other.id}.`,
      409,
    );
}

function judge(actions: readonly Raw[], direction: string): void {
  const ordered = [...actions].sort((one, other) => Number(one["Order"]) - Number(other["Order"]));
  const finals = ordered.filter((action) => FINAL.has(asText(action["Type"])));
  if (direction === "Request" && (finals.length !== 1 || ordered[ordered.length - 1] !== finals[0]))
    throw new Refusal(
      "IllegalParam.RuleActions",
      "RuleActions need exactly one ForwardGroup, Redirect or FixedResponse, with the highest Order.",
    );
  const forwards = forwardsIn(actions);
  if (forwards.length > 5)
    throw new Refusal("QuotaExceeded.ServerGroupTuples", "A rule forwards to five server groups at most.");
  for (const { weight } of forwards)
    if (weight < 0 || weight > 100)
      throw new Refusal("IllegalParam.Weight", "The param of Weight is illegal: 0 to 100.");
  if (forwards.length > 0 && forwards.every((forward) => forward.weight === 0))
    throw new Refusal("IllegalParam.Weight", "At least one server group needs a weight above 0.");
}

function ruleOut(world: World, rule: Rule) {
  return {
    RuleId: rule.id,
    RuleName: rule.name,
    ListenerId: rule.listenerId,
    LoadBalancerId: world.balancing.listeners.get(rule.listenerId)?.loadBalancerId,
    Priority: rule.priority,
    Direction: rule.direction,
    RuleStatus: rule.status,
    RuleConditions: rule.conditions,
    RuleActions: rule.actions.map(weighed),
    Tags: [...rule.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

/** The cloud writes out the weight that it assumed. */
function weighed(action: Raw): Raw {
  const config = action["ForwardGroupConfig"] as { ServerGroupTuples?: Raw[] } | undefined;
  return config?.ServerGroupTuples
    ? {
        ...action,
        ForwardGroupConfig: {
          ...config,
          ServerGroupTuples: config.ServerGroupTuples.map((tuple) => ({ Weight: 100, ...tuple })),
        },
      }
    : action;
}
