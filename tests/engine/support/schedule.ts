/** Validates schedule expressions as Application Auto Scaling does. */

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const days = "SUN MON TUE WED THU FRI SAT".split(" ");

interface Field {
  name: string;
  min: number;
  max: number;
  words?: string[];
  /** Values besides numbers, ranges, lists and steps. */
  also?: RegExp;
}

const fields: Field[] = [
  { name: "minutes", min: 0, max: 59 },
  { name: "hours", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31, also: /^(\?|L|LW|L-\d+|\d+W)$/ },
  { name: "month", min: 1, max: 12, words: months },
  { name: "day of week", min: 1, max: 7, words: days, also: /^(\?|L|\w+L|\w+#[1-5])$/ },
  { name: "year", min: 1970, max: 2199 },
];

/** The problem of a schedule; undefined for a valid one. */
export function scheduleProblem(schedule: string): string | undefined {
  const [, kind, inside] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (!kind || inside === undefined) return `a schedule is cron(…), rate(…) or at(…), got ${schedule}`;
  if (kind === "cron") return cronProblem(inside);
  if (kind === "at") {
    const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inside) && !Number.isNaN(Date.parse(`${inside}Z`));
    return time ? undefined : `at(…) takes a time as yyyy-mm-ddThh:mm:ss, got ${inside}`;
  }
  const [, count, unit] = /^([1-9]\d*) (minutes?|hours?|days?)$/.exec(inside) ?? [];
  if (!count || !unit) return `rate(…) takes a number and minutes, hours or days, got ${inside}`;
  return (count === "1") === !unit.endsWith("s") ? undefined : `rate(${inside}): singular after 1, plural otherwise`;
}

/** The problem of a time zone's name; undefined for a valid one. */
export function timezoneProblem(timezone: string): string | undefined {
  // Intl accepts an offset such as +08:00 as a time zone, the service does not.
  if (!/^[A-Za-z]/.test(timezone)) return `${timezone} is not the name of a time zone`;
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return undefined;
  } catch {
    return `${timezone} is not the name of a time zone`;
  }
}

function cronProblem(inside: string): string | undefined {
  const values = inside.split(" ");
  if (values.length !== fields.length)
    return `cron(…) takes six fields, ${fields.map((field) => field.name).join(", ")}; got ${values.length}`;
  if ((values[2] === "?") === (values[4] === "?"))
    return `exactly one of day of month and day of week must be ?, got ${inside}`;
  for (const [index, field] of fields.entries()) {
    const value = values[index] ?? "";
    if (!value.split(",").every((part) => fits(part, field))) return `${value} does not fit ${field.name}`;
  }
  return undefined;
}

function fits(part: string, field: Field): boolean {
  if (field.also?.test(part)) return true;
  const [range = "", step, ...rest] = part.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  return ends.length <= 2 && ends.every((end) => numberIn(end, field));
}

function numberIn(text: string, { min, max, words }: Field): boolean {
  if (words?.includes(text.toUpperCase())) return true;
  return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}
