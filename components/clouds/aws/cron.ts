import { cronFields, cronValues } from "../cron";

/**
 * A schedule as `cron(minute hour day-of-month month day-of-week year)`, which Application Auto Scaling reads. One of
 * the two days is `?`, and the days of the week count from 1, Sunday. `namesBothDays` has refused what this cannot say.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export function awsCron(schedule: string): string {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = cronFields(schedule);
  if (dayOfWeek === "*") return `cron(${[minute, hour, dayOfMonth, month, "?", "*"].join(" ")})`;
  return `cron(${[minute, hour, "?", month, countedFromOne(dayOfWeek), "*"].join(" ")})`;
}

/** Whether a schedule names a day of the month and one of the week. It runs on either; six fields cannot say that. */
export function namesBothDays(schedule: string): boolean {
  const { dayOfMonth, dayOfWeek } = cronFields(schedule);
  return dayOfMonth !== "*" && dayOfWeek !== "*";
}

/** Renumbers the days of the week, but not the steps after a slash. A range up to Sunday, now day 1, becomes a list. */
function countedFromOne(field: string): string {
  return field
    .split(",")
    .flatMap((part) => {
      const [range = "", step] = part.split("/");
      const [from, to] = range.split("-");
      if (to === "7") return [...new Set(cronValues(part, 0, 7).map((day) => fromOne(String(day))))];
      const days = [from, to].filter((day) => day !== undefined).map(fromOne);
      return [`${days.join("-")}${step === undefined ? "" : `/${step}`}`];
    })
    .join(",");
}

function fromOne(day: string): string {
  return day === "*" ? "*" : String((Number(day) % 7) + 1);
}
