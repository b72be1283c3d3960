import type { Action, ActionGroup } from "../../protocol/service";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { activitiesOf, instancesOf, removeInstance, reconcile, desiredCount } from "./reconciler";
import { findScalingGroup, noScalingGroup } from "./scaling-group";
import type { Alarm, ScalingRule } from "./records";
import { asText, assertDefined } from "../../values";

const noScalingRule = (id: string) => notFound("InvalidScalingRuleId.NotFound", id);
const noScheduledTask = (id: string) => notFound("InvalidScheduledTaskId.NotFound", id);
const noAlarm = (id: string) => notFound("InvalidAlarmTaskId.NotFound", id);
const identifierFields = new Set(["RegionId", "ScalingRuleId", "ScheduledTaskId", "AlarmTaskId", "ClientToken"]);

/** What changes a group's size: rules, schedules, alarms; and the instances and activities that come of it. */
export const triggers: ActionGroup = {
  service: "ess",
  actions: {
    CreateScalingRule({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const name = fields.string("ScalingRuleName") ?? "";
      if (name && world.scaling.scalingRules.find((other) => other.groupId === group.id && other.name === name))
        throw new Refusal("InvalidScalingRuleName.Duplicate", `The scaling rule's name is taken: ${name}.`);
      const type = fields.string("ScalingRuleType") ?? "SimpleScalingRule";
      if (type === "TargetTrackingScalingRule") {
        if (!fields.string("MetricName") || fields.number("TargetValue") === undefined)
          throw new Refusal(
            "MissingParameter.TargetTracking",
            "A target tracking rule needs MetricName and TargetValue.",
          );
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
        settings: parseSettings(fields.values),
      });
      return { ScalingRuleId: id, ScalingRuleAri: rule.ari };
    },
    ModifyScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.require(fields.string("ScalingRuleId"), noScalingRule);
      rule.name = fields.string("ScalingRuleName") ?? rule.name;
      Object.assign(rule.settings, parseSettings(fields.values));
    },
    DescribeScalingRules({ fields, world }) {
      const ids = fields.strings("ScalingRuleId");
      const groupId = fields.string("ScalingGroupId");
      const found = world.scaling.scalingRules.where(
        (rule) => (ids.length === 0 || ids.includes(rule.id)) && (!groupId || rule.groupId === groupId),
      );
      return {
        ScalingRules: { ScalingRule: found.map(scalingRuleResponse) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ExecuteScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.find((one) => one.ari === fields.string("ScalingRuleAri"));
      if (!rule) throw noScalingRule(fields.string("ScalingRuleAri") ?? "");
      execute(world, rule);
      return { ScalingActivityId: activitiesOf(world).at(-1)?.id ?? "" };
    },
    DeleteScalingRule({ fields, world }) {
      const rule = world.scaling.scalingRules.require(fields.string("ScalingRuleId"), noScalingRule);
      if (world.scaling.alarms.find((alarm) => ([alarm.settings["AlarmAction"]].flat() as string[]).includes(rule.ari)))
        throw new Refusal("InvalidOperation.RuleInUse", "An alarm names the scaling rule.");
      world.scaling.scalingRules.remove(rule.id);
    },
    CreateScheduledTask({ fields, world }) {
      const groupId = fields.string("ScalingGroupId");
      const action = fields.string("ScheduledAction");
      if (groupId) world.scaling.scalingGroups.require(groupId, noScalingGroup);
      else if (!world.scaling.scalingRules.find((rule) => rule.ari === action))
        throw new Refusal("InvalidScheduledAction.NotFound", "The scheduled action names no scaling rule.", 404);
      validateTimes(fields.string("LaunchTime"), fields.string("RecurrenceEndTime"));
      const id = world.newId("ast");
      world.scaling.scheduledTasks.put(id, {
        id,
        settings: { TaskEnabled: true, LaunchExpirationTime: 600, ...parseSettings(fields.values) },
      });
      return { ScheduledTaskId: id };
    },
    ModifyScheduledTask({ fields, world }) {
      const task = world.scaling.scheduledTasks.require(fields.string("ScheduledTaskId"), noScheduledTask);
      validateTimes(fields.string("LaunchTime"), fields.string("RecurrenceEndTime"));
      Object.assign(task.settings, parseSettings(fields.values));
    },
    DescribeScheduledTasks({ fields, world }) {
      const ids = fields.strings("ScheduledTaskId");
      const found = world.scaling.scheduledTasks.where((task) => ids.length === 0 || ids.includes(task.id));
      return {
        ScheduledTasks: { ScheduledTask: found.map((task) => ({ ScheduledTaskId: task.id, ...task.settings })) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    DeleteScheduledTask({ fields, world }) {
      world.scaling.scheduledTasks.require(fields.string("ScheduledTaskId"), noScheduledTask);
      world.scaling.scheduledTasks.remove(assertDefined(fields.string("ScheduledTaskId")));
    },
    CreateAlarm({ fields, world }) {
      world.scaling.scalingGroups.require(fields.string("ScalingGroupId"), noScalingGroup);
      const id = `asg_${world.newId("alarm")}`;
      world.scaling.alarms.put(id, { id, enabled: true, settings: parseSettings(fields.values) });
      return { AlarmTaskId: id };
    },
    ModifyAlarm({ fields, world }) {
      Object.assign(
        world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm).settings,
        parseSettings(fields.values),
      );
      return { AlarmTaskId: fields.string("AlarmTaskId") };
    },
    EnableAlarm: setEnabled(true),
    DisableAlarm: setEnabled(false),
    DescribeAlarms({ fields, world }) {
      const found = world.scaling.alarms.where(
        (alarm) =>
          alarm.id === (fields.string("AlarmTaskId") ?? alarm.id) &&
          (alarm.settings["MetricType"] ?? "system") ===
            (fields.string("MetricType") ?? alarm.settings["MetricType"] ?? "system"),
      );
      return { AlarmList: { Alarm: found.map(alarmResponse) }, TotalCount: found.length, PageNumber: 1, PageSize: 10 };
    },
    DeleteAlarm({ fields, world }) {
      world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm);
      world.scaling.alarms.remove(assertDefined(fields.string("AlarmTaskId")));
    },
    CreateLifecycleHook({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const id = world.newId("ash");
      world.scaling.hooks.put(id, {
        id,
        groupId: group.id,
        settings: { DefaultResult: "CONTINUE", HeartbeatTimeout: 600, ...parseSettings(fields.values) },
      });
      return { LifecycleHookId: id };
    },
    ModifyLifecycleHook({ fields, world }) {
      Object.assign(
        world.scaling.hooks.require(fields.string("LifecycleHookId"), (id) =>
          notFound("InvalidLifecycleHookId.NotExist", id),
        ).settings,
        parseSettings(fields.values),
      );
    },
    DescribeLifecycleHooks({ fields, world }) {
      const ids = fields.strings("LifecycleHookId");
      const found = world.scaling.hooks.where(
        (hook) =>
          (ids.length === 0 || ids.includes(hook.id)) &&
          hook.groupId === (fields.string("ScalingGroupId") ?? hook.groupId),
      );
      return {
        LifecycleHooks: {
          LifecycleHook: found.map((hook) => ({
            LifecycleHookId: hook.id,
            ScalingGroupId: hook.groupId,
            ...hook.settings,
          })),
        },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    DeleteLifecycleHook({ fields, world }) {
      world.scaling.hooks.remove(fields.string("LifecycleHookId") ?? "");
    },
    DescribeScalingInstances({ fields, world }) {
      const ids = fields.strings("InstanceId");
      const groupId = fields.string("ScalingGroupId");
      const lifecycle = fields.string("LifecycleState");
      const health = fields.string("HealthStatus");
      const found = world.scaling.instances.where(
        (one) =>
          (ids.length === 0 || ids.includes(one.id)) &&
          (!groupId || one.groupId === groupId) &&
          (!lifecycle || one.lifecycle === lifecycle) &&
          (!health || one.health === health),
      );
      return {
        ScalingInstances: {
          ScalingInstance: found.map((one) => ({
            InstanceId: one.id,
            ScalingGroupId: one.groupId,
            ScalingConfigurationId: one.configurationId,
            LaunchTemplateVersion: one.launchTemplateVersion,
            LifecycleState: one.lifecycle,
            HealthStatus: one.health,
            ZoneId: one.zoneId,
            CreationTime: one.created,
            CreatedTime: one.created,
            CreationType: "AutoCreated",
            WarmupState: "NoNeedWarmup",
            PrivateIpAddress: one.ip,
            WeightedCapacity: 1,
            LoadBalancerWeight: 50,
          })),
        },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
        TotalSpotCount: 0,
      };
    },
    DescribeScalingActivities({ fields, world }) {
      const ids = fields.strings("ScalingActivityId");
      const groupId = fields.string("ScalingGroupId");
      const found = activitiesOf(world)
        .filter((one) => (ids.length === 0 || ids.includes(one.id)) && (!groupId || one.groupId === groupId))
        .reverse();
      return {
        ScalingActivities: {
          ScalingActivity: found.map((one) => ({
            ScalingActivityId: one.id,
            ScalingGroupId: one.groupId,
            StatusCode: one.status,
            StatusMessage: "",
            Description: one.description,
            Cause: one.cause,
            StartTime: one.started,
            EndTime: one.ended,
            Progress: one.status === "InProgress" ? 50 : 100,
            TotalCapacity: String(one.total),
          })),
        },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    RemoveInstances({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const ids = fields.strings("InstanceId");
      for (const instance of instancesOf(world, group).filter((one) => ids.includes(one.id)))
        removeInstance(world, group, instance, "A user removed the instance.");
      return { ScalingActivityId: activitiesOf(world).at(-1)?.id ?? "" };
    },
  },
};

function setEnabled(enabled: boolean): Action {
  return ({ fields, world }) => {
    world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm).enabled = enabled;
  };
}

function parseSettings<T>(values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !identifierFields.has(name)));
}

/** The cloud takes launch times of the next 90 days, and recurrence for a year. */
function validateTimes(launch: string | undefined, end: string | undefined): void {
  const days = (stamp: string) => (Date.parse(stamp) - Date.now()) / 86_400_000;
  if (launch && (Number.isNaN(days(launch)) || days(launch) < 0 || days(launch) > 90))
    throw new Refusal(
      "InvalidLaunchTime.ValueNotSupported",
      `The launch time ${launch} is not within the next 90 days.`,
    );
  if (end && (Number.isNaN(days(end)) || days(end) < 0 || days(end) > 366))
    throw new Refusal(
      "InvalidRecurrenceEndTime.ValueNotSupported",
      `The recurrence end time ${end} is not within the next 365 days.`,
    );
}

/** Runs a simple scaling rule, as an alarm or a user would. */
export function execute(world: World, rule: ScalingRule): void {
  const group = world.scaling.scalingGroups.get(rule.groupId);
  if (!group) return;
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

function alarmResponse(alarm: Alarm) {
  const { AlarmAction, Dimension, Expression, ...settings } = alarm.settings;
  return {
    MetricType: "system",
    EvaluationCount: 3,
    State: "OK",
    ...settings,
    AlarmTaskId: alarm.id,
    Enable: alarm.enabled,
    AlarmActions: { AlarmAction: [AlarmAction].flat().filter(Boolean) },
    Dimensions: { Dimension: Dimension ?? [] },
    Expressions: { Expression: Expression ?? [] },
  };
}
