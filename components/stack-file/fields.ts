import { z } from "zod";
import { show } from "./problems";

/**
 * The building blocks of the stack file's schema. Each one's message says what would be right and shows what was got,
 * and each one's description ends with its unit, limits and default, so that the schema is the only place they stand in.
 */

const expected =
  (what: string) =>
  ({ input }: { input?: unknown }) => {
    if (input === undefined) return `is missing: give ${what}`;
    return input === null ? `has nothing after it: give ${what}` : `must be ${what}, got ${show(input)}`;
  };

/** A number from `min` to `max`, both included. `unit` is a word such as "seconds". */
export function number(unit: string, min: number, max: number) {
  const error = expected(`a number of ${unit} from ${min} to ${max}`);
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** A whole number from `min` to `max`, both included. `unit` is a word such as "seconds"; empty for a number of nothing. */
export function whole(unit: string, min: number, max: number) {
  const error = expected(`a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`);
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
    error: (issue) => {
      if (issue.code === "unrecognized_keys") return names.join(",");
      const allOptional =
        issue.input === null &&
        Object.values(shape).every((field) => (field as z.ZodType).safeParse(undefined).success);
      return `${expected(`a mapping with ${names.join(", ")}`)(issue)}${allOptional ? "; {} takes the defaults" : ""}`;
    },
  });
}

/** A list of `item`s, `what` in words; at most `max` of them. */
export function list<T extends z.ZodType>(item: T, what: string, max: number, min = 0) {
  const wanted = `a list of ${min > 0 ? `${min} to ${max}` : `at most ${max}`} ${what}`;
  const error = ({ input }: { input?: unknown }) =>
    Array.isArray(input) ? `must be ${wanted}, got ${input.length}` : expected(wanted)({ input });
  return z.array(item, { error }).max(max, { error }).min(min, { error });
}

/** A mapping from names to values. */
export function mapping<T extends z.ZodType>(what: string, value: T) {
  return z.record(z.string(), value, { error: expected(`a mapping from ${what}`) });
}

/** A plain value: a text, a number, or true or false. Becomes a text. */
export function plain() {
  return z
    .union([z.string(), z.number(), z.boolean()], { error: expected("a text, a number, or true or false") })
    .transform(String);
}

/** One shape of a field that has several. */
export interface Variant {
  /** What the reference calls it. */
  readonly name: string;
  readonly schema: z.ZodType;
}

/**
 * A field that has several shapes. `pick` looks at what was written and names the one it was meant for, so that the
 * problems told are those of that shape alone; a plain union would tell those of every shape. Where it can name none,
 * `what` says in words what all of them are.
 */
export function either<const V extends Readonly<Record<string, z.ZodType>>>(
  variants: V,
  pick: (written: unknown) => keyof V | undefined,
  what = "one of several shapes",
) {
  const error = expected(what);
  const named: readonly Variant[] = Object.entries(variants).map(([name, schema]) => ({ name, schema }));
  return (
    z
      .unknown()
      .transform((written, context): z.output<V[keyof V]> => {
        const variant = pick(written);
        if (variant === undefined) {
          context.issues.push({ code: "custom", message: error({ input: written }), input: written });
          return z.NEVER;
        }
        const result = (variants[variant] as z.ZodType<z.output<V[keyof V]>>).safeParse(written);
        if (result.success) return result.data;
        for (const issue of result.error.issues)
          context.issues.push({ ...issue, input: written } as z.core.$ZodRawIssue);
        return z.NEVER;
      })
      // A transform hides what is inside; the reference's generator reads it here.
      .meta({ variants: named })
  );
}

/** The shapes of a field made by `either`; undefined for any other field. */
export function variantsOf(schema: z.ZodType): readonly Variant[] | undefined {
  return schema.meta()?.variants as readonly Variant[] | undefined;
}

/** True for a mapping: neither a list, nor null, nor a plain value. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
