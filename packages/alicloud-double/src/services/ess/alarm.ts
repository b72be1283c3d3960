import type { Action, ActionGroup } from "../../protocol/action";
import { notFound } from "../../refusal";
import { asText, assertDefined } from "../../values";
import { page } from "../listing";
import type { Alarm } from "./records";
import { noScalingGroup } from "./lookup";
import { validateAlarmMetric } from "./metrics";
import { parseSettings } from "./settings";

const noAlarm = (id: string) => notFound("InvalidAlarmTaskId.NotFound", id);

/** Alarms that execute scaling rules. */
export const alarms: ActionGroup = {
  service: "ess",
  actions: {
    CreateAlarm({ fields, world }) {
      validateAlarmMetric(fields, world.scaling.scalingGroups.require(fields.string("ScalingGroupId"), noScalingGroup));
      const id = `asg_${world.newId("alarm")}`;
      world.scaling.alarms.put(id, { id, enabled: true, settings: parseSettings(fields) });
      return { AlarmTaskId: id };
    },
    ModifyAlarm({ fields, world }) {
      const { settings } = world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm);
      // An alarm outlives its group.
      const group = world.scaling.scalingGroups.get(asText(settings["ScalingGroupId"]));
      if (group) validateAlarmMetric(fields, group);
      Object.assign(settings, parseSettings(fields));
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
      return { AlarmList: { Alarm: found.map(alarmResponse) }, ...page(found.length) };
    },
    DeleteAlarm({ fields, world }) {
      world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm);
      world.scaling.alarms.remove(assertDefined(fields.string("AlarmTaskId")));
    },
  },
};

function setEnabled(enabled: boolean): Action {
  return ({ fields, world }) => {
    world.scaling.alarms.require(fields.string("AlarmTaskId"), noAlarm).enabled = enabled;
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
