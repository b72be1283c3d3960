import { z } from "zod";
import { show } from "./problems";

/**
 * The building blocks of the stack file's schema. Each one's message says what would be right and shows what was got,
 * and each one's description ends with its unit, limits and default, so that the schema is the only place they stand in.
 */

const expected = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? `is missing: give ${what}` : `must be ${what}, got ${show(issue.input)}`;

/** A number from `min` to `max`, both included. `unit` is a word such as "seconds". */
export function number(unit: string, min: number, max: number) {
  const error = expected(`a number of ${unit} from ${String(min)} to ${String(max)}`);
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** A whole number from `min` to `max`, both included. `unit` is a word such as "seconds". */
export function whole(unit: string, min: number, max: number) {
  const error = expected(`a whole number of ${unit} from ${String(min)} to ${String(max)}`);
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

/** A text that matches `pattern`; `what` says in words what that is, with an example. */
export function text(what: string, pattern: RegExp) {
  const error = expected(what);
  return z.string({ error }).regex(pattern, { error });
}

/** True or false. */
export function yesNo() {
  return z.boolean({ error: expected("true or false") });
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(...words: T) {
  return z.enum(words, { error: expected(`one of ${words.map((w) => `"${w}"`).join(", ")}`) });
}

/** A mapping with these fields and no others. The known names travel in the message, for the nearest one to be found. */
export function fields<T extends z.ZodRawShape>(shape: T) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? names.join(",") : expected(`a mapping with ${names.join(", ")}`)(issue),
  });
}

/** A list of `item`s, `what` in words; at most `max` of them. */
export function list<T extends z.ZodType>(item: T, what: string, max: number, min = 0) {
  const error = expected(`a list of ${min > 0 ? `${String(min)} to ${String(max)}` : `at most ${String(max)}`} ${what}`);
  return z.array(item, { error }).max(max, { error }).min(min, { error });
}

/** A mapping from names to values. */
export function mapping<T extends z.ZodType>(what: string, value: T) {
  return z.record(z.string(), value, { error: expected(`a mapping from ${what}`) });
}

/**
 * A field that has several shapes. `pick` looks at what was written and names the schema it was meant for, so that the
 * problems told are those of that shape alone; a plain union would tell those of every shape.
 */
export function either<T extends z.ZodType>(pick: (written: unknown) => T) {
  return z.unknown().transform((written, context): z.output<T> => {
    const result = pick(written).safeParse(written);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: written } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** True for a mapping: neither a list, nor null, nor a plain value. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
