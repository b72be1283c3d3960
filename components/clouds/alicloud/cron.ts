import { Cron } from "croner";

/**
 * Schedules as Auto Scaling reads them: five cron fields with numbers for names, in UTC. That a text is a cron of five
 * fields has been checked before.
 */

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** How far a time zone is ahead of UTC in minutes, all the year; undefined where the clocks are put forward and back. */
export function offsetOf(timezone: string, year = new Date().getUTCFullYear()): number | undefined {
  const [first, ...others] = Array.from({ length: 12 }, (_, month) => offsetAt(timezone, Date.UTC(year, month, 1)));
  return others.every((offset) => offset === first) ? first : undefined;
}

function offsetAt(timezone: string, at: number): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const {
    year = 0,
    month = 1,
    day,
    hour,
    minute,
  } = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<
    string,
    number
  >;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - at) / 60_000);
}

/** The schedule in UTC; undefined where five fields cannot say it. */
export function utcCron(schedule: string, timezone: string): string | undefined {
  const offset = offsetOf(timezone);
  const [minutes = "", hours = "", dayOfMonth = "", month = "", weekdays = ""] = numbered(schedule).split(" ");
  if (offset === undefined) return undefined;
  // Day by day, from 0 to 6: not every reader takes 7 for Sunday too.
  const dayOfWeek = weekdays === "*" ? "*" : sorted(listOf(weekdays, 0, 7).map((day) => mod(day, 7)));
  if (offset === 0) return [minutes, hours, dayOfMonth, month, dayOfWeek].join(" ");
  const minute = listOf(minutes, 0, 59);
  const hour = listOf(hours, 0, 23);
  // An hour that every minute list goes with: a zone that is half an hour off may spread them over two hours.
  const moved = minute.map((one) => ({ minute: mod(one - offset, 60), hours: Math.floor((one - offset) / 60) }));
  const shifts = [...new Set(moved.map(({ hours: by }) => by))];
  const [shift = 0] = shifts;
  if (shifts.length > 1 && hour.length < 24) return undefined;
  const newMinutes = minutes === "*" ? "*" : sorted(moved.map(({ minute: one }) => one));
  if (hour.length === 24)
    return dayOfMonth === "*" && month === "*" && dayOfWeek === "*"
      ? [newMinutes, "*", "*", "*", "*"].join(" ")
      : undefined;
  const dayShifts = [...new Set(hour.map((one) => Math.floor((one + shift) / 24)))];
  const [dayShift = 0] = dayShifts;
  const newHours = sorted(hour.map((one) => mod(one + shift, 24)));
  const daily = dayOfMonth === "*" && month === "*" && dayOfWeek === "*";
  if (daily) return [newMinutes, newHours, "*", "*", "*"].join(" ");
  if (dayShifts.length > 1) return undefined;
  if (dayShift === 0) return [newMinutes, newHours, dayOfMonth, month, dayOfWeek].join(" ");
  // The last day of a month has no number, so only days of the week can move to the day before or after.
  if (dayOfMonth !== "*" || month !== "*") return undefined;
  return [newMinutes, newHours, "*", "*", sorted(listOf(dayOfWeek, 0, 7).map((day) => mod(day + dayShift, 7)))].join(
    " ",
  );
}

/** Five fields with numbers for names. */
function numbered(schedule: string): string {
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = schedule
    .trim()
    .toUpperCase()
    .split(/\s+/);
  return [minute, hour, dayOfMonth, named(month, months, 1), named(dayOfWeek.replaceAll("-SUN", "-7"), days, 0)].join(
    " ",
  );
}

function named(field: string, names: readonly string[], first: number): string {
  return field.replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));
}

/** The numbers that a field stands for. */
function listOf(field: string, from: number, to: number): number[] {
  const all = field.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/");
    const [first = "", last] = range.split("-");
    const begin = first === "*" ? from : Number(first);
    const end = first === "*" || (step !== undefined && last === undefined) ? to : Number(last ?? first);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.max(0, Math.floor((end - begin) / by) + 1) }, (_, index) => begin + index * by);
  });
  return [...new Set(all)];
}

function sorted(numbers: readonly number[]): string {
  return [...new Set(numbers)].sort((a, b) => a - b).join(",");
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** When a schedule comes next, as Auto Scaling writes it, to the minute. */
export function nextLaunch(schedule: string, timezone: string): string {
  const soon = new Date(Date.now() + 5 * 60_000);
  const next = new Cron(schedule, { mode: "5-part", paused: true, timezone }).nextRun(soon) ?? soon;
  // A task may begin at most 90 days from now; what repeats by a cron may as well begin earlier.
  const latest = new Date(Date.now() + 80 * 86_400_000);
  return stamp(next < latest ? next : latest);
}

/**
 * Until when a schedule repeats: Auto Scaling wants an end within 365 days. It is 360 days from the begin of the running
 * quarter, so it moves on with the first update of each quarter, and any other preview finds nothing to change.
 */
export function recurrenceEnd(now = new Date()): string {
  const quarter = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCMonth() % 3), 1);
  return stamp(new Date(quarter + 360 * 86_400_000));
}

function stamp(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
