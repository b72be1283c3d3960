import type { Value } from "../../models/shape";
import type { Fields } from "../../protocol/fields";

const identifierFields = new Set(["RegionId", "ScalingRuleId", "ScheduledTaskId", "AlarmTaskId", "ClientToken"]);

/** The settings of a rule, task, alarm or hook: its fields without those that identify it. */
export function parseSettings(fields: Fields): Record<string, Value> {
  return fields.omit(identifierFields);
}
