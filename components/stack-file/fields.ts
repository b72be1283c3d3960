import { z } from "zod";
import { isHidden } from "./credentials";
import { writtenDate } from "./dates";
import { booleanMeant, listMeant, numberMeant, secondsMeant, wordMeant } from "./meant";
import type { ProblemCode } from "./problem-codes";
import { show } from "./problems";
import { isMapping } from "./values";

/**
 * The building blocks of the stack file's schema. Each one's error message says what is expected and shows the value,
 * and the reference in docs/stack-file.md takes a field's type from that message and its default from the schema: a
 * range, a unit or a default stands in the schema once.
 */

/** What a field has beside its rule. */
export interface FieldOptions<Value> {
  /** What the field means, for the reference. */
  readonly description?: string;
  /** The value of a field that is left out. */
  readonly default?: Value | Readonly<Value>;
  /** For an optional field without a fixed default: what holds when it is left out, for the reference. */
  readonly optional?: string;
  /** What was probably meant by a value that is refused: the end of its message. Default: nothing. */
  readonly hint?: (value: unknown) => string | undefined;
}

/** A field with its default. */
export type Field<S extends z.ZodType, O> = O extends { default: unknown }
  ? z.ZodPrefault<S>
  : O extends { optional: string }
    ? z.ZodOptional<S>
    : S;

/** Adds the options to a field's rule. */
export function field<S extends z.ZodType, const O extends FieldOptions<z.input<S>>>(
  schema: S,
  options: O,
): Field<S, O> {
  const { description, default: value, optional }: FieldOptions<z.input<S>> = options;
  const rule: z.ZodType = schema;
  const whole = value !== undefined ? rule.prefault(value) : optional !== undefined ? rule.optional() : rule;
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(optional === undefined ? {} : { optional }),
  };
  return whole.meta({ ...whole.meta(), ...about }) as unknown as Field<S, O>;
}

/** A value that is refused, and its place in the stack file. */
interface Refused {
  readonly input?: unknown;
  readonly path?: readonly PropertyKey[] | undefined;
}

/** The message for a value that is not `what`. `hint` says what was probably meant. */
export const expected =
  (what: string, hint: FieldOptions<unknown>["hint"] = () => undefined) =>
  ({ input, path }: Refused) => {
    if (input === undefined) return `is missing: give ${what}`;
    if (input === null) return `is empty: give ${what}`;
    const meant = isHidden(path ?? []) ? undefined : hint(input);
    return `must be ${what}, got ${show(input, path)}${meant === undefined ? "" : `; ${meant}`}`;
  };

/** A number from `min` to `max`, both included. `unit` is a plural such as "seconds". */
export function number<const O extends FieldOptions<number>>(unit: string, min: number, max: number, options: O) {
  const error = expected(`a number of ${unit} from ${min} to ${max}`, options.hint ?? numberMeant);
  return field(z.number({ error }).min(min, { error }).max(max, { error }), options);
}

/** Any number; `what` describes it. Its range depends on another field, so that checks.ts has it. */
export function anyNumber<const O extends FieldOptions<number>>(what: string, options: O) {
  return field(z.number({ error: expected(what, options.hint ?? numberMeant) }), options);
}

/**
 * An integer from `min` to `max`, both included. `unit` is a plural such as "seconds"; empty for a number without one.
 */
export function integer<const O extends FieldOptions<number>>(unit: string, min: number, max: number, options: O) {
  const what = `${unit === "" ? "an integer" : `a whole number of ${unit}`} from ${min} to ${max}`;
  const error = expected(what, options.hint ?? (unit === "seconds" ? secondsMeant : numberMeant));
  return field(z.number({ error }).int({ error }).min(min, { error }).max(max, { error }), options);
}

/**
 * A string that matches `pattern`; `what` describes it, with an example. What YAML reads as a number, as true or false
 * or as a date is not the text that was written, so it is refused.
 */
export function string<const O extends FieldOptions<string>>(what: string, pattern: RegExp, options: O) {
  const wanted = expected(what, options.hint);
  const error = (refused: Refused) => {
    const { input, path } = refused;
    if (typeof input !== "number" && typeof input !== "boolean") return wanted(refused);
    return `${wanted(refused)}; ${quotes(String(input), path)}`;
  };
  const dateError = ({ input, path }: Refused) => {
    const date = writtenDate(String(input));
    return `is what the engine makes of a date without quotes; ${quotes(date ?? "", path)}`;
  };
  const text = z.string({ error }).refine((value) => writtenDate(value) === undefined, {
    error: dateError,
    abort: true,
    params: { code: "not-quoted" } satisfies IssueParams,
  });
  return field(text.regex(pattern, { error }), options);
}

/** What to do with a text that YAML does not read as one. */
function quotes(text: string, path: readonly PropertyKey[] = []): string {
  return `put it in quotes${isHidden(path) ? "" : `, such as ${JSON.stringify(text)}`}`;
}

/** True or false. */
export function boolean<const O extends FieldOptions<boolean>>(options: O) {
  return field(z.boolean({ error: expected("true or false", booleanMeant) }), options);
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]], const O extends FieldOptions<T[number]>>(
  words: T,
  options: O,
) {
  const error = expected(
    `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    (value) => options.hint?.(value) ?? wordMeant(value, words),
  );
  return field(z.enum(words, { error }), options);
}

/** What an issue has as its `params` beside what zod knows. */
export interface IssueParams {
  /** Default: by zod's own code and the value. */
  readonly code: ProblemCode;
  /** Of an unknown field: those in its place. The fields that are known may all be valid. */
  readonly known?: readonly string[];
}

/** A mapping with these fields and no others. The message for an unknown field is that of unknown-fields.ts. */
export function object<T extends z.ZodRawShape, const O extends FieldOptions<z.input<z.ZodObject<T, z.core.$strict>>>>(
  shape: T,
  options: O,
) {
  const names = Object.keys(shape);
  const allOptional = () => names.every((name) => (shape[name] as z.ZodType).safeParse(undefined).success);
  const wanted = expected(`a mapping with ${names.join(", ")}`, (value) => {
    const meant = isScalar(value) && names.find((name) => schema.safeParse({ [name]: value }).success);
    return meant ? `give { ${meant}: ${show(value)} }` : undefined;
  });
  const error = (issue: Refused) =>
    `${wanted(issue)}${issue.input === null && allOptional() ? "; {} takes the defaults" : ""}`;
  // Loose, because zod has one issue for all unknown keys of a strict object: here each has its own, at its path.
  const schema: z.ZodType = z.looseObject(shape, { error }).superRefine(
    (value, context) => {
      for (const name of Object.keys(value).filter((key) => !names.includes(key)))
        context.addIssue({
          code: "custom",
          path: [name],
          message: "unknown field",
          params: { code: "unknown-field", known: names } satisfies IssueParams,
        });
    },
    { when: ({ value }) => isMapping(value) },
  );
  return field(schema as unknown as z.ZodObject<T, z.core.$strict>, options);
}

/** A text or a number, which may be meant as a field of the mapping in whose place it is. */
function isScalar(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

/** A list of `min` to `max` items; `what` is their plural. */
export function list<T extends z.ZodType, const O extends FieldOptions<z.input<T>[]>>(
  item: T,
  what: string,
  [min, max]: readonly [min: number, max: number],
  options: O,
) {
  const wanted = `a list of ${min > 0 ? `${min} to ${max}` : `at most ${max}`} ${what}`;
  const error = ({ input }: { input?: unknown }) =>
    Array.isArray(input) ? `must be ${wanted}, got ${input.length}` : expected(wanted, listMeant)({ input });
  return field(z.array(item, { error }).max(max, { error }).min(min, { error }), options);
}

/** A mapping from names to values; `what` describes both. */
export function mapping<T extends z.ZodType, const O extends FieldOptions<Record<string, z.input<T>>>>(
  what: string,
  value: T,
  options: O,
) {
  return field(z.record(z.string(), value, { error: expected(`a mapping from ${what}`) }), options);
}

/** Any string; `what` describes it. */
export function anyString(what = "a string") {
  return string(what, /[\s\S]*/, {});
}
