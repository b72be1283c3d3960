import { type Problem, problemIf, show } from "../stack-file/problems";
import { cronProblem, isTimezone } from "../stack-file/schedule";

/** The problem of a schedule that is not five cron fields; undefined has been reported. */
export function checkCron(schedule: string | undefined, path: string): Problem[] {
  const cron = schedule === undefined ? undefined : cronProblem(schedule);
  return problemIf(
    cron !== undefined,
    "invalid-schedule",
    path,
    `must be five cron fields, minute hour day-of-month month day-of-week, such as "0 8 * * MON-FRI"; ` +
      `${cron ?? ""}, got ${show(schedule)}`,
  );
}

/** The problem of a time zone that does not exist; undefined has been reported. */
export function checkTimezone(timezone: string | undefined, path: string): Problem[] {
  return problemIf(
    timezone !== undefined && !isTimezone(timezone),
    "invalid-timezone",
    path,
    `must be the IANA name of a time zone such as Asia/Shanghai, got ${show(timezone)}`,
  );
}
