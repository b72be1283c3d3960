import type { MetricTrigger, ScheduleTrigger, Trigger } from "../components/spec";
import { assertNever } from "../components/stack-file/values";
import type { Description, Difference, PlannedRelease, PlannedSpec, RolloutTimes, ServicePlan } from "./contract";

/** Counts in words: `many(2, "zone")` is "2 zones". */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A duration in seconds, from two minutes on with minutes beside it: "340 s (5 min 40 s)". */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const rest = seconds % 60;
  return `${seconds} s (${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`})`;
}

/** A rollout in a few words: what moves where, in which steps, for how long, and how fast the way back is. */
export function rolloutInWords({ releases, percents, seconds, maxSeconds, backSeconds }: RolloutTimes): string {
  const { before = [], after = [] } = releases ?? {};
  const moves = [before, after].filter((ids) => ids.length > 0).map(sentenceList);
  return [
    ...(moves.length === 0 ? [] : [`release ${moves.join(" → ")}`]),
    `canary ${percents.join("/")} %`,
    ...(maxSeconds > seconds ? [duration(seconds)] : []),
    `at most ${duration(maxSeconds)}`,
    `back within ${duration(backSeconds)} once it turns bad`,
  ].join(", ");
}

/** A range of numbers: "2 to 6", or "2" if both are the same. */
export function range(min: number, max: number): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

/** A list in a sentence: "a, b and c". */
export function sentenceList(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** A trigger: "target: 60 % CPU", or "at 22:00 daily (Europe/Berlin): set min 1, max 2". */
export function triggerInWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case "schedule":
      return `${scheduleInWords(trigger)}: set min ${trigger.min}, max ${trigger.max}`;
    case "metric":
      return `target: ${metricInWords(trigger)}`;
    default:
      return assertNever(trigger);
  }
}

function metricInWords({ metric, target }: MetricTrigger): string {
  switch (metric) {
    case "cpu":
      return `${target} % CPU`;
    case "memory":
      return `${target} % memory`;
    case "requests":
      return `${target} requests per instance and minute`;
    default:
      return assertNever(metric);
  }
}

/** What a container must not do: "user 1000; no capabilities". */
export function hardeningInWords(hardening: PlannedRelease["shape"]["hardening"]): string {
  const { readOnlyRoot = false, user, dropCapabilities = false } = hardening ?? {};
  const parts = [
    ...(readOnlyRoot ? ["read-only root file system, /tmp is a volume"] : []),
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(dropCapabilities ? ["no capabilities"] : []),
  ];
  return parts.length === 0 ? "none" : parts.join("; ");
}

/** What a permission allows: "may sqs:SendMessage on arn:…". */
export function permissionInWords({ actions, resources, conditions = {} }: PlannedSpec["permissions"][number]): string {
  const tests = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${key} ${operator} ${[value].flat().join(" or ")}`),
  );
  const condition = tests.length === 0 ? "" : `, if ${tests.join(" and ")}`;
  return `the app may ${actions.join(", ")} on ${resources.join(", ")}${condition}`;
}

/** When a schedule runs: "at 08:00 MON-FRI (Asia/Shanghai)". A pattern that is no time of day is shown as it is. */
export function scheduleInWords({ schedule, timezone }: Pick<ScheduleTrigger, "schedule" | "timezone">): string {
  const [, minute = "", hour = "", days = ""] = /^(\d+) (\d+) \* \* (\*|[\w,-]+)$/.exec(schedule) ?? [];
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  const when = days === "" ? `on schedule "${schedule}"` : `at ${time} ${days === "*" ? "daily" : daysInWords(days)}`;
  return `${when} (${timezone})`;
}

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

function daysInWords(days: string): string {
  return days.toUpperCase().replace(/[0-7]/g, (day) => weekdays[Number(day)] ?? day);
}

/** What a plan says of a service without a gate. */
export const noGate = "none: the load balancer's health check alone decides";

/** What a gate asks for: "3 consecutive 2xx responses". */
export function responses(count: number): string {
  return count === 1 ? "a 2xx response" : `${count} consecutive 2xx responses`;
}

/** An image's reference short enough for a line: a digest keeps 12 of its 64 digits. */
export function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…");
}

/** A type's last part: `aws:ecs/service:Service` is Service. */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** A difference in one line: "scaling[0].target: 60 → 70". */
export function differenceInWords({ path, before, after }: Difference): string {
  const [was, is] = [valueInWords(before), valueInWords(after)];
  // Two long values may differ only where they were cut.
  return was === is ? `${path}: changed` : `${path}: ${was} → ${is}`;
}

/** A value in a list of differences: "none" for an absent one, long ones cut. */
function valueInWords(value: unknown): string {
  if (value === undefined) return "none";
  const text =
    typeof value === "string" ? shortImage(value).replace(/^.+(\/[^/]+@sha256:)/, "…$1") : JSON.stringify(value);
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
}

/** The clouds' names. */
export const cloudNames: Readonly<Record<Description["cloud"], string>> = { aws: "AWS", alicloud: "Alibaba Cloud" };

/** An instance's name on each compute. */
export const instanceNames: Readonly<Record<Description["service"]["compute"], string>> = {
  container: "container",
  vm: "virtual machine",
};

/** A service in one sentence: "bookstore 1.4.2 on stack dev: 2 to 6 containers on AWS, us-east-1". */
export function headline({ name, description }: ServicePlan, stack: string): string {
  const { cloud, region, service } = description;
  const [{ version, instances }] = service.releases;
  const { min, max } = instances;
  const noun = instanceNames[service.compute];
  const count = min === max ? many(min, noun) : `${range(min, max)} ${noun}s`;
  return `${name} ${version} on stack ${stack}: ${count} on ${cloudNames[cloud]}, ${region}`;
}
