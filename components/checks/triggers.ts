import type { Feature } from "../clouds/cloud";
import type { MetricTrigger, ScheduleTrigger } from "../spec";
import { type Problem, problemIf, show } from "../stack-file/problems";
import { cronProblem, isTimezone } from "../stack-file/schedule";
import type { ValidFields } from "../stack-file/schema";
import type { Valid } from "../stack-file/valid";
import { assertNever } from "../stack-file/values";

/** Checks each trigger against the others and against the number of instances. */
export function checkTriggers(service: ValidFields): Problem[] {
  return (service.scaling ?? []).flatMap((trigger, index) => {
    const path = `scaling[${index}]`;
    if (trigger === undefined) return [];
    switch (trigger.kind) {
      case "metric":
        return checkMetric(trigger, path, service);
      case "schedule":
        return checkSchedule(trigger, path);
      default:
        return assertNever(trigger);
    }
  });
}

/** The features that the triggers use, each with its place. */
export function triggerFeatures({ scaling = [] }: ValidFields): { path: string; feature: Feature }[] {
  return scaling.flatMap((trigger, index): { path: string; feature: Feature }[] => {
    const path = `scaling[${index}]`;
    if (trigger === undefined) return [];
    switch (trigger.kind) {
      case "metric":
        return trigger.metric === undefined ? [] : [{ path, feature: `${trigger.metric} trigger` }];
      case "schedule":
        return trigger.schedule === undefined ? [] : [{ path, feature: "schedule trigger" }];
      default:
        return assertNever(trigger);
    }
  });
}

function checkSchedule({ schedule, timezone, min, max }: Valid<ScheduleTrigger>, path: string): Problem[] {
  const cron = schedule === undefined ? undefined : cronProblem(schedule);
  return [
    ...problemIf(
      cron !== undefined,
      `${path}.schedule`,
      `must be five cron fields, minute hour day-of-month month day-of-week, such as "0 8 * * MON-FRI"; ` +
        `${cron ?? ""}, got ${show(schedule)}`,
    ),
    ...problemIf(
      timezone !== undefined && !isTimezone(timezone),
      `${path}.timezone`,
      `must be the IANA name of a time zone such as Asia/Shanghai, got ${show(timezone)}`,
    ),
    ...problemIf(
      min !== undefined && max !== undefined && max < min,
      `${path}.max`,
      `must not be less than min (${min ?? ""}), got ${max ?? ""}`,
    ),
  ];
}

function checkMetric(
  trigger: Valid<MetricTrigger>,
  path: string,
  { scaling = [], instances = {} }: ValidFields,
): Problem[] {
  const { metric, target } = trigger;
  if (metric === undefined) return [];
  const first = scaling.findIndex((other) => other?.kind === "metric" && other.metric === metric);
  const fixed = fixedNumber(instances);
  return [
    ...problemIf(
      metric !== "requests" && target !== undefined && (target < 10 || target > 90),
      `${path}.target`,
      `must be 10 to 90 percent for ${metric}, got ${target ?? ""}`,
    ),
    ...problemIf(
      scaling[first] !== trigger,
      `${path}.metric`,
      `is the same as scaling[${first}].metric; give one target per metric`,
    ),
    ...problemIf(
      fixed !== undefined && scaling.every((other) => other?.kind === "metric"),
      path,
      `has no effect while instances.min and instances.max are both ${fixed ?? ""}; give a larger instances.max`,
    ),
  ];
}

/** The number of instances, if triggers cannot change it. */
function fixedNumber(instances: NonNullable<ValidFields["instances"]>): number | undefined {
  const { min } = instances;
  return !("max" in instances) || instances.max === min ? min : undefined;
}
