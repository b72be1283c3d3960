import type { Feature } from "../clouds/cloud";
import { mayCoincide } from "../clouds/cron";
import type { MetricTrigger, ScheduleTrigger } from "../spec";
import { type Problem, problemIf, show } from "../stack-file/problems";
import { cronProblem, isTimezone, meetAcrossZones } from "../stack-file/schedule";
import type { ValidFields } from "../stack-file/schema";
import type { Valid } from "../stack-file/valid";
import { assertNever } from "../stack-file/values";
import { checkCron, checkTimezone } from "./schedules";

/** Checks each trigger against the others and against the number of instances. */
export function checkTriggers(service: ValidFields): Problem[] {
  return (service.scaling ?? []).flatMap((trigger, index) => {
    const path = `scaling[${index}]`;
    if (trigger === undefined) return [];
    switch (trigger.kind) {
      case "metric":
        return checkMetric(trigger, path, service);
      case "schedule":
        return [...checkSchedule(trigger, path), ...checkSameTime(trigger, index, service)];
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
  return [
    ...checkCron(schedule, `${path}.schedule`),
    ...checkTimezone(timezone, `${path}.timezone`),
    ...problemIf(
      min !== undefined && max !== undefined && max < min,
      "max-below-min",
      `${path}.max`,
      `must not be less than min (${min ?? ""}), got ${max ?? ""}`,
    ),
  ];
}

/**
 * EC2 Auto Scaling refuses a second schedule at a time of a group, and elsewhere either of both would set its bounds last.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
function checkSameTime(trigger: Valid<ScheduleTrigger>, index: number, { scaling = [] }: ValidFields): Problem[] {
  const { schedule, timezone } = trigger;
  if (schedule === undefined || cronProblem(schedule) !== undefined) return [];
  const meets = (other: string, zone: string | undefined) =>
    zone === timezone
      ? mayCoincide(other, schedule)
      : [zone, timezone].every((one) => one !== undefined && isTimezone(one)) &&
        meetAcrossZones({ schedule: other, timezone: zone ?? "" }, { schedule, timezone: timezone ?? "" });
  const first = scaling
    .slice(0, index)
    .findIndex(
      (other) =>
        other?.kind === "schedule" &&
        other.schedule !== undefined &&
        cronProblem(other.schedule) === undefined &&
        meets(other.schedule, other.timezone),
    );
  return problemIf(
    first !== -1,
    "repeated-schedule",
    `scaling[${index}].schedule`,
    `can run in the same minute as scaling[${first}]; give times that are never the same, got ${show(schedule)}`,
  );
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
    ...(target === undefined ? [] : checkTarget(metric, target, `${path}.target`)),
    ...problemIf(
      scaling[first] !== trigger,
      "repeated-metric",
      `${path}.metric`,
      `is the same as scaling[${first}].metric; give one target per metric`,
    ),
    ...problemIf(
      fixed !== undefined && scaling.every((other) => other?.kind === "metric"),
      "no-effect",
      path,
      `has no effect while instances.min and instances.max are both ${fixed ?? ""}; give a larger instances.max`,
    ),
  ];
}

/** What a target can be: of an average in percent, triggers could not hold one near 0 or 100. */
const targets = {
  cpu: { min: 10, max: 90, unit: "percent" },
  memory: { min: 10, max: 90, unit: "percent" },
  requests: { min: 1, max: 1_000_000, unit: "requests per instance and minute" },
} as const satisfies Readonly<Record<MetricTrigger["metric"], unknown>>;

function checkTarget(metric: MetricTrigger["metric"], target: number, path: string): Problem[] {
  const { min, max, unit } = targets[metric];
  const share = unit === "percent" && target > 0 && target <= 1 ? `; ${target} of all is ${target * 100} percent` : "";
  return problemIf(
    target < min || target > max,
    "out-of-range",
    path,
    `must be ${min} to ${max} ${unit} for ${metric}, got ${target}${share}`,
  );
}

/** The number of instances, if triggers cannot change it. */
function fixedNumber(instances: NonNullable<ValidFields["instances"]>): number | undefined {
  const { min } = instances;
  return !("max" in instances) || instances.max === min ? min : undefined;
}
