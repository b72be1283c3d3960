import { Cron } from "croner";
import type { ServiceConfig } from "./types";

/** A freeze as the stack file has it. */
export type Freeze = ServiceConfig["freeze"][number];
/** A freeze from one time to another. */
export type PeriodFreeze = Extract<Freeze, { kind: "period" }>;
/** A freeze that a schedule begins again and again. */
export type ScheduleFreeze = Extract<Freeze, { kind: "schedule" }>;

/** A freeze that is in force. */
export interface FreezeInForce {
  readonly reason: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
  /** The IANA name of the time zone in which its end is said. */
  readonly timezone: string;
}

const hour = 3_600_000;
const day = 24 * hour;

/**
 * How far the end of freezes that follow each other without a pause is looked for: for a year, and over so many
 * freezes, which takes seconds.
 */
const lookAhead = { milliseconds: 366 * day, freezes: 20_000 } as const;

/** When a period begins and ends, in milliseconds since 1970: its last day belongs to it. All fields must be valid. */
export function boundsOf({ from, to, timezone }: Omit<PeriodFreeze, "kind" | "reason">): { from: number; to: number } {
  return { from: momentOf(from, timezone, 0), to: momentOf(to, timezone, 1) };
}

/** A time, or the beginning of the day that is so many days after a date. */
function momentOf(text: string, timezone: string, daysAfter: number): number {
  if (text.includes("T")) return Date.parse(text);
  const date = new Date(Date.parse(text) + daysAfter * day);
  const [year, month, ofMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  // As a schedule, midnight is the day's first moment, also where the clocks skip it.
  const midnight = new Cron(`0 0 0 ${ofMonth} ${month} * ${year}`, { mode: "7-part", paused: true, timezone });
  // No time zone is two days away from UTC.
  return midnight.nextRun(new Date(date.getTime() - 2 * day))?.getTime() ?? date.getTime();
}

/** The freezes that are in force at a time in milliseconds since 1970. They are valid. */
export function freezesInForce(freezes: readonly Freeze[], time: number): FreezeInForce[] {
  return freezes.flatMap((freeze) => {
    const until = endOf(freeze, time);
    const { reason, timezone } = freeze;
    return until === undefined ? [] : [{ reason, until, timezone }];
  });
}

/** When the freeze that is in force at a time ends; undefined if none is. */
function endOf(freeze: Freeze, time: number): number | undefined {
  if (freeze.kind === "schedule") return endOfScheduled(freeze, time);
  const { from, to } = boundsOf(freeze);
  return from <= time && time < to ? to : undefined;
}

/** The same of a schedule, whose freezes may follow each other without a pause; Infinity where there is none. */
function endOfScheduled({ schedule, hours, timezone }: ScheduleTimes, time: number): number | undefined {
  const cron = new Cron(schedule, { mode: "5-part", paused: true, timezone });
  // A run at the time itself counts.
  const lastUpTo = (end: number) => cron.previousRuns(1, new Date(end + 1))[0]?.getTime() ?? -Infinity;
  let begin = lastUpTo(time);
  if (begin + hours * hour <= time) return undefined;
  for (let count = 0; count < lookAhead.freezes && begin - time <= lookAhead.milliseconds; count += 1) {
    const end = begin + hours * hour;
    const next = lastUpTo(end);
    if (next === begin) return end;
    begin = next;
  }
  return Infinity;
}

type ScheduleTimes = Pick<ScheduleFreeze, "schedule" | "hours" | "timezone">;

/** Whether the freezes of a valid schedule follow each other without a pause. */
export function isEndless(freeze: ScheduleTimes, time: number): boolean {
  const first = new Cron(freeze.schedule, { mode: "5-part", paused: true, timezone: freeze.timezone }).nextRun(
    new Date(time),
  );
  return first !== null && endOfScheduled(freeze, first.getTime()) === Infinity;
}

/** A time in a time zone, such as `2026-12-27 00:00 Europe/Berlin`. */
export function inTimezone(time: number, timezone: string): string {
  // Swedish writes dates and times as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
  return `${format.format(time)} ${timezone}`;
}

/** A freeze that is in force, such as `frozen until 2026-12-27 00:00 Europe/Berlin (holidays)`. */
export function freezeInWords({ reason, until, timezone }: FreezeInForce): string {
  return `frozen until ${inTimezone(until, timezone)} (${reason})`;
}
