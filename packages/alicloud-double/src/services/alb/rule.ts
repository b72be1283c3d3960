import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { forwardsIn, type Listener, type Raw, type Rule } from "./records";
import { rawList, requireSettledListener } from "./listener";
import { clearUnreferenced, markReferenced } from "./server-group";
import { asText } from "../../values";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";
import { accepts, tokenPage } from "../listing";

const noRule = (id: string) => notFound("ResourceNotFound.Rule", id);
/** A rule for requests has exactly one of these actions, as its last. */
const finalActionTypes = new Set(["ForwardGroup", "Redirect", "FixedResponse"]);

/** Forwarding rules. */
export const rules: ActionGroup = {
  service: "alb",
  actions: {
    CreateRule({ fields, world }) {
      const listener = requireSettledListener(world, fields.string("ListenerId"));
      const priority = fields.number("Priority") ?? 0;
      const direction = fields.string("Direction") ?? "Request";
      requireUniquePriority(world, listener.id, priority, direction);
      const actions = rawList(fields, "RuleActions");
      validateActions(actions, direction);
      markReferenced(world, actions, vpcOf(world, listener));
      const id = world.newId("rule");
      const rule = world.balancing.rules.put(id, {
        id,
        listenerId: listener.id,
        name: fields.string("RuleName") ?? "",
        priority,
        direction,
        status: "Provisioning",
        conditions: rawList(fields, "RuleConditions"),
        actions,
        tags: sentTags(fields),
      });
      const JobId = world.startJob(() => {
        rule.status = "Available";
        recordRules(world, listener.id);
      });
      return { RuleId: id, JobId };
    },
    ListRules({ fields, world }) {
      const ids = fields.strings("RuleIds");
      const listeners = fields.strings("ListenerIds");
      const balancers = fields.strings("LoadBalancerIds");
      const found = world.balancing.rules.where(
        (one) =>
          accepts(ids, one.id) &&
          accepts(listeners, one.listenerId) &&
          accepts(balancers, world.balancing.listeners.get(one.listenerId)?.loadBalancerId ?? "") &&
          acceptsTags(world, fields, one),
      );
      return {
        Rules: found.map((rule) => ruleResponse(world, rule)),
        ...tokenPage(found.length),
      };
    },
    UpdateRuleAttribute({ fields, world }) {
      const rule = world.balancing.rules.require(fields.string("RuleId"), noRule);
      if (rule.status !== "Available")
        throw new Refusal("IncorrectStatus.Rule", `The status of ${rule.id} [${rule.status}] is incorrect.`);
      const listener = requireSettledListener(world, rule.listenerId);
      const priority = fields.number("Priority") ?? rule.priority;
      requireUniquePriority(world, rule.listenerId, priority, rule.direction, rule.id);
      if (fields.has("RuleActions")) {
        const actions = rawList(fields, "RuleActions");
        validateActions(actions, rule.direction);
        markReferenced(world, actions, vpcOf(world, listener));
        rule.actions = actions;
      }
      if (fields.has("RuleConditions")) rule.conditions = rawList(fields, "RuleConditions");
      rule.priority = priority;
      rule.name = fields.string("RuleName") ?? rule.name;
      clearUnreferenced(world);
      rule.status = "Configuring";
      recordRules(world, listener.id);
      return { JobId: world.startJob(() => (rule.status = "Available")) };
    },
    DeleteRule({ fields, world }) {
      const rule = world.balancing.rules.require(fields.string("RuleId"), noRule);
      if (rule.status !== "Available")
        throw new Refusal("IncorrectStatus.Rule", `The status of ${rule.id} [${rule.status}] is incorrect.`);
      requireSettledListener(world, rule.listenerId);
      // Its priority and its server groups are taken until it is gone.
      rule.status = "Deleting";
      recordRules(world, rule.listenerId);
      const JobId = world.startJob(() => {
        world.balancing.rules.remove(rule.id);
        clearUnreferenced(world);
      });
      return { JobId };
    },
  },
};

/** Records the rules of a listener, without those that are being created or deleted. */
function recordRules({ balancing, delays, ruleHistory }: World, listenerId: string): void {
  ruleHistory.record(
    listenerId,
    Date.now() + delays.rules,
    balancing.rules.where(
      (rule) => rule.listenerId === listenerId && (rule.status === "Available" || rule.status === "Configuring"),
    ),
  );
}

function vpcOf(world: World, listener: Listener): string | undefined {
  return world.balancing.loadBalancers.get(listener.loadBalancerId)?.vpcId;
}

function requireUniquePriority(
  world: World,
  listenerId: string,
  priority: number,
  direction: string,
  self?: string,
): void {
  if (priority < 1 || priority > 10000)
    throw new Refusal("IllegalParam.Priority", "The param of Priority is illegal: 1 to 10000.");
  const other = world.balancing.rules.find(
    (one) =>
      one.listenerId === listenerId && one.priority === priority && one.direction === direction && one.id !== self,
  );
  if (other)
    throw new Refusal("Conflict.Priority", `There is already ${priority} in the listener's rules: ${other.id}.`);
}

function validateActions(actions: readonly Raw[], direction: string): void {
  const ordered = [...actions].sort((one, other) => Number(one["Order"]) - Number(other["Order"]));
  const finals = ordered.filter((action) => finalActionTypes.has(asText(action["Type"])));
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

function ruleResponse(world: World, rule: Rule) {
  return {
    RuleId: rule.id,
    RuleName: rule.name,
    ListenerId: rule.listenerId,
    LoadBalancerId: world.balancing.listeners.get(rule.listenerId)?.loadBalancerId,
    Priority: rule.priority,
    Direction: rule.direction,
    RuleStatus: rule.status,
    RuleConditions: rule.conditions,
    RuleActions: rule.actions.map(withDefaultWeights),
    Tags: tagsResponse(rule.tags),
  };
}

/** The cloud returns the weights that it has assumed. */
function withDefaultWeights(action: Raw): Raw {
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
