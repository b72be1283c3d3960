import type { ActionGroup } from "../../protocol/action";
import { Fields } from "../../protocol/fields";
import { notFound, Refusal } from "../../refusal";
import { asText } from "../../values";
import type { World } from "../../world";
import { accepts, page } from "../listing";
import { activitiesOf, desiredCount, reconcile } from "./reconciler";
import type { ScalingRule } from "./records";
import { findScalingGroup, noScalingGroup, requireActive, requireIdle } from "./lookup";
import { validateTrackedMetric } from "./metrics";
import { parseSettings } from "./settings";

const noScalingRule = (id: string) => notFound("InvalidScalingRuleId.NotFound", id);

/** Scaling rules. */
export const scalingRules: ActionGroup = {
  service: "ess",
  actions: {
    CreateScalingRule({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const name = fields.string("ScalingRuleName") ?? "";
      if (name && world.scaling.scalingRules.find((other) => other.name === name)) throw duplicate(name);
      const type = fields.string("ScalingRuleType") ?? "SimpleScalingRule";
      if (type === "TargetTrackingScalingRule") {
        if (!fields.string("MetricName") || fields.number("TargetValue") === undefined)
          throw new Refusal(
            "MissingParameter.TargetTracking",
            "A target tracking rule needs MetricName and TargetValue.",
          );
        validateTrackedMetric(fields, group);
        const taken = world.scaling.scalingRules.find(
          (other) => other.groupId === group.id && other.settings["MetricName"] === fields.string("MetricName"),
        );
        if (taken)
          throw new Refusal(
            "InvalidScalingRule.MetricDuplicate",
            `The group has a target tracking rule for ${fields.string("MetricName")} already.`,
          );
      }
      const id = world.newId("asr");
      const rule = world.scaling.scalingRules.put(id, {
        id,
        ari: `ari:acs:ess:${world.region}:${world.accountId}:scalingrule/${id}`,
        groupId: group.id,
        name: name || id,
        type,
        settings: parseSettings(fields),
      });
      if (type === "TargetTrackingScalingRule") createAlarms(world, rule);
      return { ScalingRuleId: id, ScalingRuleAri: rule.ari };
    },
    ModifyScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.require(fields.string("ScalingRuleId"), noScalingRule);
      const name = fields.string("ScalingRuleName") ?? rule.name;
      if (world.scaling.scalingRules.find((other) => other.name === name && other !== rule)) throw duplicate(name);
      const group = world.scaling.scalingGroups.require(rule.groupId, noScalingGroup);
      if (rule.type === "TargetTrackingScalingRule")
        validateTrackedMetric(new Fields({ ...rule.settings, ...fields.values }), group);
      rule.name = name;
      Object.assign(rule.settings, parseSettings(fields));
    },
    DescribeScalingRules({ fields, world }) {
      const ids = fields.strings("ScalingRuleId");
      const groupId = fields.string("ScalingGroupId");
      const found = world.scaling.scalingRules.where(
        (rule) => accepts(ids, rule.id) && (!groupId || rule.groupId === groupId),
      );
      return {
        ScalingRules: { ScalingRule: found.map(scalingRuleResponse) },
        ...page(found.length),
      };
    },
    ExecuteScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.find((one) => one.ari === fields.string("ScalingRuleAri"));
      if (!rule) throw noScalingRule(fields.string("ScalingRuleAri") ?? "");
      // https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-executescalingrule
      const group = world.scaling.scalingGroups.require(rule.groupId, noScalingGroup);
      requireActive(group);
      requireIdle(world, group);
      execute(world, rule);
      return { ScalingActivityId: activitiesOf(world).at(-1)?.id ?? "" };
    },
    DeleteScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.require(fields.string("ScalingRuleId"), noScalingRule);
      const alarms = world.scaling.alarms.where(({ settings }) =>
        ([settings["AlarmAction"]].flat() as string[]).includes(rule.ari),
      );
      if (alarms.some(({ ruleId }) => ruleId !== rule.id))
        throw new Refusal("InvalidOperation.RuleInUse", "An alarm names the scaling rule.");
      for (const alarm of alarms) world.scaling.alarms.remove(alarm.id);
      world.scaling.scalingRules.remove(rule.id);
    },
  },
};

/** The name of a scaling rule is unique in the account and region (CreateScalingRule, ScalingRuleName). */
const duplicate = (name: string) =>
  new Refusal("InvalidScalingRuleName.Duplicate", `The scaling rule's name is taken: ${name}.`);

/**
 * Creates the two alarms by which a target tracking rule adds and removes instances. They are deleted with the rule,
 * but not with the scaling group:
 * https://www.alibabacloud.com/help/en/auto-scaling/latest/target-tracking-scaling-rule
 */
function createAlarms(world: World, rule: ScalingRule): void {
  for (const ComparisonOperator of [">=", "<"]) {
    const id = `asg_${world.newId("alarm")}`;
    world.scaling.alarms.put(id, {
      id,
      ruleId: rule.id,
      enabled: true,
      settings: {
        ScalingGroupId: rule.groupId,
        AlarmAction: [rule.ari],
        Name: `${rule.name}-${ComparisonOperator === "<" ? "in" : "out"}`,
        MetricName: rule.settings["MetricName"] ?? "",
        Threshold: rule.settings["TargetValue"] ?? 0,
        ComparisonOperator,
      },
    });
  }
}

/** Sets the number of instances of a group, by its name or id, as a target tracking rule of the group does. */
export function followTarget(world: World, scalingGroup: string, capacity: number): void {
  const group = world.scaling.scalingGroups.find(({ id, name }) => id === scalingGroup || name === scalingGroup);
  const rule = world.scaling.scalingRules.find(
    ({ groupId, type }) => groupId === group?.id && type === "TargetTrackingScalingRule",
  );
  if (!group || !rule) throw new Error(`no target tracking rule of ${scalingGroup}`);
  if (group.state !== "Active" || group.suspended.includes("AlarmNotification")) return;
  group.desired = Math.min(Math.max(capacity, group.minSize), group.maxSize);
  reconcile(world, group, `The target tracking rule ${rule.name} was executed.`);
}

/** Executes a simple scaling rule. */
export function execute(world: World, rule: ScalingRule): void {
  const group = world.scaling.scalingGroups.get(rule.groupId);
  if (group?.state !== "Active") return;
  const now = desiredCount(world, group);
  const by = Number(rule.settings["AdjustmentValue"] ?? 0);
  const wanted =
    { TotalCapacity: by, PercentChangeInCapacity: Math.round(now * (1 + by / 100)) }[
      asText(rule.settings["AdjustmentType"])
    ] ?? now + by;
  group.desired = Math.min(Math.max(wanted, group.minSize), group.maxSize);
  reconcile(world, group, `The scaling rule ${rule.name} was executed.`);
}

function scalingRuleResponse(rule: ScalingRule) {
  const { AlarmDimension, StepAdjustment, ...settings } = rule.settings;
  return {
    ...settings,
    ScalingRuleId: rule.id,
    ScalingRuleAri: rule.ari,
    ScalingGroupId: rule.groupId,
    ScalingRuleName: rule.name,
    ScalingRuleType: rule.type,
    ...(AlarmDimension
      ? { AlarmDimensions: { AlarmDimension }, Alarms: { Alarm: [{ Dimensions: { Dimension: AlarmDimension } }] } }
      : {}),
    ...(StepAdjustment ? { StepAdjustments: { StepAdjustment } } : {}),
  };
}
