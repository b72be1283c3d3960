import { Cron } from "croner";

/** Why a text is no cron of five fields; undefined if it is one. */
export function cronProblem(schedule: string): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return fields.length === 1 ? "this is one field" : `these are ${fields.length} fields`;
  if (fields.some((field) => /[?LW#]/.test(field.replace(/[A-Z]{3}/gi, ""))))
    return "?, L, W and # are not known on both clouds";
  try {
    return new Cron(schedule, { mode: "5-part", paused: true }).nextRun() === null ? "it never comes" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
  }
}

/** Whether a name is a time zone's IANA name. */
export function knowsTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name === "UTC" || name.includes("/");
  } catch {
    return false;
  }
}
