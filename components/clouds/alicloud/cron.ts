import { Cron } from "croner";
import { cronFields, cronValues } from "../cron";

/** Schedules as Auto Scaling reads them: five cron fields with numbers for names, in UTC. */

/** Minutes by which a time zone is ahead of UTC all year; undefined for a zone with daylight saving time in `year`. */
export function offsetOf(timezone: string, year = new Date().getUTCFullYear()): number | undefined {
  const [first, ...others] = Array.from({ length: 12 }, (_, month) => offsetAt(timezone, Date.UTC(year, month, 1)));
  return others.every((offset) => offset === first) ? first : undefined;
}

function offsetAt(timezone: string, time: number): number {
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

/** The schedule in UTC; undefined where five fields cannot express it. */
export function utcCron(schedule: string, timezone: string): string | undefined {
  const offset = offsetOf(timezone);
  if (offset === undefined) return undefined;
  const fields = cronFields(schedule);
  const { dayOfMonth, month } = fields;
  // Days are listed from 0 to 6, because not every reader accepts 7 for Sunday.
  const weekdays = cronValues(fields.dayOfWeek, 0, 7).map((day) => modulo(day, 7));
  const dayOfWeek = fields.dayOfWeek === "*" ? "*" : listed(weekdays);
  if (offset === 0) return [fields.minute, fields.hour, dayOfMonth, month, dayOfWeek].join(" ");

  const everyDay = dayOfMonth === "*" && month === "*" && dayOfWeek === "*";
  const hours = cronValues(fields.hour, 0, 23);
  const shifted = cronValues(fields.minute, 0, 59).map((minute) => ({
    minute: modulo(minute - offset, 60),
    hourShift: Math.floor((minute - offset) / 60),
  }));
  const utcMinutes = fields.minute === "*" ? "*" : listed(shifted.map(({ minute }) => minute));
  if (hours.length === 24) return everyDay ? [utcMinutes, "*", "*", "*", "*"].join(" ") : undefined;

  // All minutes must fall into the same hour: with a zone that is half an hour off, they may fall into two.
  const [hourShift = 0, ...otherHourShifts] = new Set(shifted.map(({ hourShift: shift }) => shift));
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
  const soon = new Date(Date.now() + 5 * 60_000);
  const next = new Cron(schedule, { mode: "5-part", paused: true, timezone }).nextRun(soon) ?? soon;
  // A task has to start within 90 days. One that repeats by a cron may start earlier than its first run.
  const latest = new Date(Date.now() + 80 * 86_400_000);
  return toMinute(next < latest ? next : latest);
}

/**
 * The end of a schedule's repetition, which Auto Scaling wants within 365 days: 360 days from the start of the current
 * quarter. It moves with the first update of each quarter only, so that other previews show no change.
 */
export function recurrenceEnd(now = new Date()): string {
  const quarter = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCMonth() % 3), 1);
  return toMinute(new Date(quarter + 360 * 86_400_000));
}

function toMinute(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
