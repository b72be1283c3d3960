/**
 * Schedules in the two notations that AWS has. Both get numbers for names, which not every service reads. That a text
 * is a cron of five fields has been checked before.
 */

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Five fields with numbers for names, as EC2 Auto Scaling reads them. A range up to SUN ends on day 7, as 0 would come before its begin. */
export function numericCron(schedule: string): string {
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = schedule
    .trim()
    .toUpperCase()
    .split(/\s+/);
  return [minute, hour, dayOfMonth, named(month, months, 1), named(dayOfWeek.replaceAll("-SUN", "-7"), days, 0)].join(
    " ",
  );
}

/**
 * `cron(minute hour day-of-month month day-of-week year)` as Application Auto Scaling reads it: one of the two days is
 * `?`, and the week's days count from 1, Sunday.
 */
export function awsCron(schedule: string): string {
  const [minute, hour, dayOfMonth, month, dayOfWeek = "*"] = numericCron(schedule).split(" ");
  if (dayOfWeek === "*") return `cron(${[minute, hour, dayOfMonth, month, "?", "*"].join(" ")})`;
  return `cron(${[minute, hour, "?", month, fromOne(dayOfWeek), "*"].join(" ")})`;
}

/** A cron that names both a day of the month and a day of the week means either; AWS's six fields cannot say that. */
export function namesBothDays(schedule: string): boolean {
  const [, , dayOfMonth, , dayOfWeek] = schedule.trim().split(/\s+/);
  return dayOfMonth !== "*" && dayOfWeek !== "*";
}

function named(field: string, names: readonly string[], first: number): string {
  return field.replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));
}

/** Steps (after a slash) are counts, not days. Both 0 and 7 are Sunday, here the first day; a range up to 7 is therefore told day by day. */
function fromOne(field: string): string {
  return field
    .split(",")
    .flatMap((part) => {
      const [range = "", step] = part.split("/");
      const suffix = step === undefined ? "" : `/${step}`;
      const [from, to] = range.split("-");
      if (to === "7") return daysOf(Number(from), Number(step ?? 1)).map((day) => shift(String(day)));
      return [
        `${[from, to]
          .filter((day) => day !== undefined)
          .map(shift)
          .join("-")}${suffix}`,
      ];
    })
    .join(",");
}

/** The days from one up to 7, by a step; each once, as 0 and 7 are the same. */
function daysOf(from: number, step: number): number[] {
  const days = Array.from({ length: Math.floor((7 - from) / step) + 1 }, (_, index) => (from + index * step) % 7);
  return [...new Set(days)];
}

function shift(day: string | undefined): string {
  return day === undefined || day === "*" ? "*" : String((Number(day) % 7) + 1);
}
