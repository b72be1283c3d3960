import { Cron } from "croner";

/** Why a schedule is not five cron fields; undefined if it is. */
export function cronProblem(schedule: string): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return fields.length === 1 ? "this is one field" : `these are ${fields.length} fields`;
  if (fields.some((field) => /[?LW#]/.test(field.replace(/[A-Z]{3}/gi, ""))))
    return "?, L, W and # are not supported on every cloud";
  try {
    return new Cron(schedule, { mode: "5-part", paused: true }).nextRun() === null ? "no date matches it" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
  }
}

/** Whether a name is the IANA name of a time zone. Abbreviations such as CST are not: several zones share one. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name === "UTC" || name.includes("/");
  } catch {
    return false;
  }
}

/** A schedule in a time zone. */
interface ZonedSchedule {
  readonly schedule: string;
  readonly timezone: string;
}

/** How many runs of a schedule are compared: two months of one that runs daily. */
const comparedRuns = 60;

/** Whether two valid schedules of different time zones both run at one of the next runs of the rarer one. */
export function meetAcrossZones(...schedules: readonly [ZonedSchedule, ZonedSchedule]): boolean {
  const [one, other] = schedules.map(({ schedule, timezone }) => {
    const cron = new Cron(schedule, { mode: "5-part", paused: true, timezone });
    return { cron, runs: cron.nextRuns(comparedRuns) };
  });
  if (one === undefined || other === undefined) return false;
  const last = ({ runs }: typeof one) => runs.at(-1)?.getTime() ?? 0;
  const [rarer, denser] = last(one) >= last(other) ? [one, other] : [other, one];
  return rarer.runs.some((run) => denser.cron.match(run));
}
