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
