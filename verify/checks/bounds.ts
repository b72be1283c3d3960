import { type Bounds, type ScheduledBounds, lastPassed } from "../../components/clouds/bounds-in-force";
import type { Subject } from "../subject";
import { type Verdict, failed, passed } from "../verdict";

/** The bounds of one release's group. */
export interface BoundsFacts {
  readonly release: string;
  /** The stack file's bounds, and those that were last applied. */
  readonly set: readonly Bounds[];
  readonly schedules: readonly ScheduledBounds[];
  /** Those in force; undefined where the group does not exist. */
  readonly live: Bounds | undefined;
}

/** A trigger or schedule by its name, with what it does. */
export interface Trigger {
  readonly name: string;
  readonly does: string;
}

/** The triggers and schedules of one release's group. */
export interface TriggerFacts {
  readonly release: string;
  readonly wanted: readonly Trigger[];
  readonly live: readonly Trigger[];
  /** What the group does not do at present, by the cloud's names, such as Launch. The stack suspends nothing. */
  readonly suspended: readonly string[];
}

/** The schedules of a service. */
export function schedulesOf({ spec }: Pick<Subject, "spec">): ScheduledBounds[] {
  return spec.scaling.flatMap((trigger) => (trigger.kind === "schedule" ? [trigger] : []));
}

/**
 * Judges the bounds in force: the stack file's, or those of the schedule whose time has passed last. A schedule may be
 * newer than its last time, so both are right.
 */
export function judgeBounds(facts: readonly BoundsFacts[], now = new Date()): Verdict {
  const wrong = facts.flatMap(({ release, set, schedules, live }) => {
    const last = lastPassed(schedules, now);
    const allowed = [...set, ...(last === undefined ? [] : [last])];
    if (live !== undefined && allowed.some((one) => one.min === live.min && one.max === live.max)) return [];
    return [
      `${release}: ${live === undefined ? "no group" : text(live)}, not ${[...new Set(allowed.map(text))].join(" or ")}`,
    ];
  });
  return wrong.length > 0
    ? failed(wrong.join("; "), "run pulumi up, or wait for the next schedule; somebody may have changed them by hand")
    : passed(facts.map(({ release, live }) => `${release}: ${live === undefined ? "" : text(live)}`).join("; "));
}

/** Judges the triggers and schedules of each group against those that the state has, and whether the group acts at all. */
export function judgeTriggers(facts: readonly TriggerFacts[]): Verdict {
  const wrong = facts.flatMap(({ release, wanted, live, suspended }) => {
    const lives = new Map(live.map(({ name, does }) => [name, does]));
    const names = new Set(wanted.map(({ name }) => name));
    return [
      ...wanted
        .filter(({ name, does }) => lives.get(name) !== does)
        .map(({ name, does }) => `${release}: ${name} is ${lives.get(name) ?? "missing"}, not ${does}`),
      ...live
        .filter(({ name }) => !names.has(name))
        .map(({ name, does }) => `${release}: ${name} (${does}) is not the stack's`),
      ...(suspended.length === 0 ? [] : [`${release}: suspended: ${suspended.join(", ")}`]),
    ];
  });
  const count = facts.flatMap(({ wanted }) => wanted).length;
  return wrong.length > 0
    ? failed(
        wrong.join("; "),
        "run pulumi up --refresh, which sets them again; delete what is not the stack's, and resume what is suspended",
      )
    : passed(count === 0 ? "the service has none" : `${count} as the stack has them`);
}

function text({ min, max }: Bounds): string {
  return `${min} to ${max}`;
}
