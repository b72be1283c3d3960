/**
 * Cron schedules of five fields, as the stack file has them. Each cloud has its own notation, and not every service
 * reads names, so both start from the numbers. The checks have already refused every text that is not such a schedule.
 */

/** The five fields of a schedule, with numbers for the names of months and days. */
export interface CronFields {
  readonly minute: string;
  readonly hour: string;
  readonly dayOfMonth: string;
  readonly month: string;
  /** Both 0 and 7 are Sunday. */
  readonly dayOfWeek: string;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Splits a schedule into its fields and replaces names with numbers. */
export function cronFields(schedule: string): CronFields {
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = schedule
    .trim()
    .toUpperCase()
    .split(/\s+/);
  return {
    minute,
    hour,
    dayOfMonth,
    month: withNumbers(month, months, 1),
    // A range up to SUN ends on day 7, because 0 would precede its start.
    dayOfWeek: withNumbers(dayOfWeek.replaceAll("-SUN", "-7"), days, 0),
  };
}

function withNumbers(field: string, names: readonly string[], first: number): string {
  return field.replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));
}

/**
 * The schedule with numbers for names, and 0 for Sunday: EC2 Auto Scaling documents days from 0 to 6 only.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export function numericCron(schedule: string): string {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = cronFields(schedule);
  const days = dayOfWeek.includes("7")
    ? [...new Set(cronValues(dayOfWeek, 0, 7).map((day) => day % 7))].sort().join(",")
    : dayOfWeek;
  return [minute, hour, dayOfMonth, month, days].join(" ");
}

/** Whether two schedules of one time zone can run in the same minute of some day. */
export function mayCoincide(one: string, other: string): boolean {
  const [a, b] = [cronFields(one), cronFields(other)];
  const meet = (first: string, second: string, min: number, max: number) => {
    const values = new Set(cronValues(second, min, max));
    return cronValues(first, min, max).some((value) => values.has(value));
  };
  const [onA, onB] = [daysOf(a), daysOf(b)];
  // Any day of a month may be any day of a week.
  const share = cronValues("*", 1, 31).some((day) => cronValues("*", 0, 6).some((of) => onA(day, of) && onB(day, of)));
  return share && meet(a.minute, b.minute, 0, 59) && meet(a.hour, b.hour, 0, 23) && meet(a.month, b.month, 1, 12);
}

/** Whether a schedule runs on a day, by its number in the month and in the week. With both it runs on either. */
function daysOf({ dayOfMonth, dayOfWeek }: CronFields): (ofMonth: number, ofWeek: number) => boolean {
  const inMonth = new Set(cronValues(dayOfMonth, 1, 31));
  const inWeek = new Set(cronValues(dayOfWeek, 0, 7).map((day) => day % 7));
  return dayOfMonth !== "*" && dayOfWeek !== "*"
    ? (day, of) => inMonth.has(day) || inWeek.has(of)
    : (day, of) => inMonth.has(day) && inWeek.has(of);
}

/** The numbers that a field matches, each once, in the order of its parts. `min` and `max` are the field's limits. */
export function cronValues(field: string, min: number, max: number): number[] {
  const values = field.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/");
    const [first = "", last] = range.split("-");
    const from = first === "*" ? min : Number(first);
    const to = first === "*" || (step !== undefined && last === undefined) ? max : Number(last ?? first);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.max(0, Math.floor((to - from) / by) + 1) }, (_, index) => from + index * by);
  });
  return [...new Set(values)];
}
