import { Cron } from "croner";
import { cronFields, cronValues } from "../cron";

/** Schedules as Auto Scaling reads them: five cron fields with numbers for names, in UTC. */

/**
 * Minutes by which a time zone is ahead of UTC at a time, in milliseconds since 1970.
 */
export function offsetAt(timezone: string, time: number): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day, hour, minute } = parts as Record<string, number>;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - time) / 60_000);
}

/** A time zone's offset from a time on, in minutes. */
interface Offset {
  readonly from: number;
  readonly minutes: number;
}

const dayMilliseconds = 86_400_000;

/** The offsets of a time zone in the year from a time on: more than one where its clocks change. */
function offsetsFrom(timezone: string, time: number): Offset[] {
  const days = Array.from({ length: 367 }, (_, day) => time + day * dayMilliseconds);
  const offsets: Offset[] = [{ from: time, minutes: offsetAt(timezone, time) }];
  for (const day of days) {
    const minutes = offsetAt(timezone, day);
    if (minutes !== offsets.at(-1)?.minutes)
      offsets.push({ from: changeBetween(timezone, day - dayMilliseconds, day), minutes });
  }
  return offsets;
}

/** When a time zone's clocks change between two times, to the minute. */
function changeBetween(timezone: string, before: number, after: number): number {
  if (after - before <= 60_000) return after - (after % 60_000);
  const middle = before + Math.floor((after - before) / 2);
  return offsetAt(timezone, middle) === offsetAt(timezone, before)
    ? changeBetween(timezone, middle, after)
    : changeBetween(timezone, before, middle);
}

function nextRun(schedule: string, timezone: string, after: number): number | undefined {
  return new Cron(schedule, { mode: "5-part", paused: true, timezone }).nextRun(new Date(after))?.getTime();
}

/**
 * The schedule in UTC, as it is right for its next time from `time` on; undefined where five fields cannot express it at
 * that time, or at a later one when the clocks of its time zone have changed.
 */
export function utcCron(schedule: string, timezone: string, time = Date.now()): string | undefined {
  const [now, ...others] = offsetsFrom(timezone, nextRun(schedule, timezone, time) ?? time);
  if (others.some(({ minutes }) => shifted(schedule, minutes) === undefined)) return undefined;
  return shifted(schedule, now?.minutes ?? 0);
}

/**
 * The first time, in milliseconds since 1970, at which the schedule in UTC is wrong, because the clocks of its time zone
 * have changed; undefined if it is right for a year.
 */
export function utcCronWrongFrom(schedule: string, timezone: string, time = Date.now()): number | undefined {
  const [now, ...others] = offsetsFrom(timezone, nextRun(schedule, timezone, time) ?? time);
  const wrong = others.flatMap(({ from, minutes }, index) => {
    const run = minutes === now?.minutes ? undefined : nextRun(schedule, timezone, from - 1000);
    return run !== undefined && run < (others[index + 1]?.from ?? Infinity) ? [run] : [];
  });
  return wrong[0];
}

/** The day until which schedules run, and at the right hour; undefined without any. */
export function schedulesUntil(
  schedules: readonly { readonly schedule: string; readonly timezone: string }[],
): string | undefined {
  if (schedules.length === 0) return undefined;
  const wrong = schedules.flatMap(({ schedule, timezone }) => utcCronWrongFrom(schedule, timezone) ?? []);
  return dayOf(Math.min(Date.parse(recurrenceEnd()), ...wrong));
}

/** The date of a time, in UTC. */
export function dayOf(time: number | string): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The schedule in UTC of a time zone that is `offset` minutes ahead. */
function shifted(schedule: string, offset: number): string | undefined {
  const fields = cronFields(schedule);
  const { dayOfMonth, month } = fields;
  // Days are listed from 0 to 6, because not every reader accepts 7 for Sunday.
  const weekdays = cronValues(fields.dayOfWeek, 0, 7).map((day) => modulo(day, 7));
  const dayOfWeek = fields.dayOfWeek === "*" ? "*" : listed(weekdays);
  if (offset === 0) return [fields.minute, fields.hour, dayOfMonth, month, dayOfWeek].join(" ");

  const everyDay = dayOfMonth === "*" && month === "*" && dayOfWeek === "*";
  const hours = cronValues(fields.hour, 0, 23);
  const minutes = cronValues(fields.minute, 0, 59).map((minute) => ({
    minute: modulo(minute - offset, 60),
    hourShift: Math.floor((minute - offset) / 60),
  }));
  const utcMinutes = fields.minute === "*" ? "*" : listed(minutes.map(({ minute }) => minute));
  if (hours.length === 24) return everyDay ? [utcMinutes, "*", "*", "*", "*"].join(" ") : undefined;

  // All minutes must fall into the same hour: with a zone that is half an hour off, they may fall into two.
  const [hourShift = 0, ...otherHourShifts] = new Set(minutes.map(({ hourShift: shift }) => shift));
  if (otherHourShifts.length > 0) return undefined;
  const utcHours = listed(hours.map((hour) => modulo(hour + hourShift, 24)));
  if (everyDay) return [utcMinutes, utcHours, "*", "*", "*"].join(" ");

  const [dayShift = 0, ...otherDayShifts] = new Set(hours.map((hour) => Math.floor((hour + hourShift) / 24)));
  if (otherDayShifts.length > 0) return undefined;
  if (dayShift === 0) return [utcMinutes, utcHours, dayOfMonth, month, dayOfWeek].join(" ");
  // The last day of a month has no fixed number, so only days of the week can move to the day before or after.
  if (dayOfMonth !== "*" || month !== "*") return undefined;
  return [utcMinutes, utcHours, "*", "*", listed(weekdays.map((day) => modulo(day + dayShift, 7)))].join(" ");
}

function listed(numbers: readonly number[]): string {
  return [...new Set(numbers)].sort((a, b) => a - b).join(",");
}

/** The remainder, which unlike that of `%` is never negative. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** The next time of a schedule in the format of Auto Scaling, to the minute: at least five minutes from now. */
export function nextLaunch(schedule: string, timezone: string): string {
  const soon = Date.now() + 5 * 60_000;
  // A task has to start within 90 days. One that repeats by a cron may start earlier than its first run.
  const latest = Date.now() + 80 * dayMilliseconds;
  return toMinute(new Date(Math.min(nextRun(schedule, timezone, soon) ?? soon, latest)));
}

/**
 * The end of a schedule's repetition, which Auto Scaling wants within 365 days: 360 days from the start of the current
 * quarter. It moves with the first update of each quarter only, so that other previews show no change.
 */
export function recurrenceEnd(now = new Date()): string {
  const quarter = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCMonth() % 3), 1);
  return toMinute(new Date(quarter + 360 * dayMilliseconds));
}

function toMinute(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
