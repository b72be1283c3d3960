import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { isHidden } from "./credentials";
import { writtenDate } from "./dates";
import { show, unknownName } from "./problems";
import { isMapping, outputOf } from "./values";

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

const expected =
  (what: string) =>
  ({ input, path }: Refused) => {
    if (input === undefined) return `is missing: give ${what}`;
    return input === null ? `is empty: give ${what}` : `must be ${what}, got ${show(input, path)}`;
  };

/** A number from `min` to `max`, both included. `unit` is a plural such as "seconds". */
export function number<const O extends FieldOptions<number>>(unit: string, min: number, max: number, options: O) {
  const error = expected(`a number of ${unit} from ${min} to ${max}`);
  return field(z.number({ error }).min(min, { error }).max(max, { error }), options);
}

/**
 * An integer from `min` to `max`, both included. `unit` is a plural such as "seconds"; empty for a number without one.
 */
export function integer<const O extends FieldOptions<number>>(unit: string, min: number, max: number, options: O) {
  const error = expected(`${unit === "" ? "an integer" : `a whole number of ${unit}`} from ${min} to ${max}`);
  return field(z.number({ error }).int({ error }).min(min, { error }).max(max, { error }), options);
}

/**
 * A string that matches `pattern`; `what` describes it, with an example. What YAML reads as a number, as true or false
 * or as a date is not the text that was written, so it is refused.
 */
export function string<const O extends FieldOptions<string>>(what: string, pattern: RegExp, options: O) {
  const wanted = expected(what);
  const error = (refused: Refused) => {
    const { input, path } = refused;
    if (typeof input !== "number" && typeof input !== "boolean") return wanted(refused);
    return `${wanted(refused)}; ${quotes(String(input), path)}`;
  };
  const dateError = ({ input, path }: Refused) => {
    const date = writtenDate(String(input));
    return `is what the engine makes of a date without quotes; ${quotes(date ?? "", path)}`;
  };
  const text = z
    .string({ error })
    .refine((value) => writtenDate(value) === undefined, { error: dateError, abort: true });
  return field(text.regex(pattern, { error }), options);
}

/** What to do with a text that YAML does not read as one. */
function quotes(text: string, path: readonly PropertyKey[] = []): string {
  return `put it in quotes${isHidden(path) ? "" : `, such as ${JSON.stringify(text)}`}`;
}

/** True or false. */
export function boolean<const O extends FieldOptions<boolean>>(options: O) {
  return field(z.boolean({ error: expected("true or false") }), options);
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]], const O extends FieldOptions<T[number]>>(
  words: T,
  options: O,
) {
  const error = expected(`one of ${words.map((word) => `"${word}"`).join(", ")}`);
  return field(z.enum(words, { error }), options);
}

/** What a mapping has beside its fields. */
export interface ObjectOptions<Value> extends FieldOptions<Value> {
  /** Messages for fields that are refused with more than "unknown field", such as one that has moved. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** What the issue of an unknown field has as its `params`: the fields that are known may all be valid. */
export const unknownField = { unknownField: true } as const;

/** A mapping with these fields and no others. */
export function object<T extends z.ZodRawShape, const O extends ObjectOptions<z.input<z.ZodObject<T, z.core.$strict>>>>(
  shape: T,
  options: O,
) {
  const names = Object.keys(shape);
  const { refused = {} } = options as ObjectOptions<unknown>;
  const allOptional = () => names.every((name) => (shape[name] as z.ZodType).safeParse(undefined).success);
  const wanted = expected(`a mapping with ${names.join(", ")}`);
  const error = (issue: { input?: unknown }) =>
    `${wanted(issue)}${issue.input === null && allOptional() ? "; {} takes the defaults" : ""}`;
  // Loose, because zod has one issue for all unknown keys of a strict object: here each has its own, at its path.
  const schema = z.looseObject(shape, { error }).superRefine(
    (value, context) => {
      for (const name of Object.keys(value).filter((key) => !names.includes(key)))
        context.addIssue({
          code: "custom",
          path: [name],
          message: (Object.hasOwn(refused, name) ? refused[name] : undefined) ?? unknownName(name, names),
          params: unknownField,
        });
    },
    { when: ({ value }) => isMapping(value) },
  );
  return field(schema as unknown as z.ZodObject<T, z.core.$strict>, options);
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
    Array.isArray(input) ? `must be ${wanted}, got ${input.length}` : expected(wanted)({ input });
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

/**
 * A value that a stack file gives as `known` allows, and a program also as an output or a promise of it, which is not
 * checked. A promise becomes an output.
 */
export function input<S extends z.ZodType<string>>(known: S) {
  const schema = union({ known, later: z.unknown() }, (value) => (outputOf(value) ? "later" : "known"), {
    build: (_, value) => outputOf(value) ?? value,
  });
  return schema.meta({ known }) as unknown as z.ZodType<pulumi.Input<string>, z.input<S> | pulumi.Input<string>>;
}

/** The rule for the value that a stack file gives for a field made by `input`; undefined for any other field. */
export function knownOf(schema: z.ZodType): z.ZodType | undefined {
  return schema.meta()?.known as z.ZodType | undefined;
}

/** One shape of a field that has several. */
export interface Variant {
  /** The name in the reference. */
  readonly name: string;
  readonly schema: z.ZodType;
}

type Variants = Readonly<Record<string, z.ZodType>>;

/** How a field that has several shapes is read. */
interface UnionOptions<V extends Variants> {
  /** Describes all shapes, for a value that is meant for none of them. */
  readonly what?: string;
  /** Converts a parsed value; it may have invalid parts. */
  readonly build?: (variant: keyof V & string, value: unknown) => unknown;
}

/**
 * A field that has several shapes. `pick` looks at the value and names the shape that it is meant for, so that only the
 * problems of that shape are reported; zod's own union would report those of every shape.
 */
export function union<const V extends Variants>(
  variants: V,
  pick: (value: unknown) => (keyof V & string) | undefined,
  { what = "one of several shapes", build = (_, value) => value }: UnionOptions<V> = {},
): z.ZodType<z.output<V[keyof V]>, z.input<V[keyof V]>> {
  const error = expected(what);
  const named: readonly Variant[] = Object.entries(variants).map(([name, schema]) => ({ name, schema }));
  const schema = z.unknown().transform((value, context): unknown => {
    const variant = pick(value);
    if (variant === undefined) {
      context.issues.push({ code: "custom", message: error({ input: value }), input: value });
      return z.NEVER;
    }
    // As zod runs the options of its own unions: unlike safeParse, this returns the valid parts of an invalid value
    // too.
    const result = variants[variant]?._zod.run({ value, issues: [] }, { async: false }) as z.core.ParsePayload;
    context.issues.push(...result.issues);
    return build(variant, result.value);
  });
  // A transform hides its shapes; the reference's generator reads them here.
  return schema.meta({ variants: named }) as unknown as z.ZodType<z.output<V[keyof V]>, z.input<V[keyof V]>>;
}

/** The values of a union whose variants differ in a field. */
type Tagged<Tag extends string, V extends Variants> = {
  [Name in keyof V]: { readonly [T in Tag]: Name } & z.output<V[Name]>;
}[keyof V];

/**
 * A union of mappings that sets a discriminator: the field `tag` has the variant's name. It is not part of the stack
 * file.
 */
export function taggedUnion<const Tag extends string, const V extends Variants>(
  tag: Tag,
  variants: V,
  pick: (value: unknown) => (keyof V & string) | undefined,
  what: string,
): z.ZodType<Tagged<Tag, V>, z.input<V[keyof V]>> {
  const build = (variant: string, value: unknown) => (isMapping(value) ? { ...value, [tag]: variant } : value);
  const schema = union(variants, pick, { what, build });
  return schema.meta({ ...schema.meta(), tag }) as unknown as z.ZodType<Tagged<Tag, V>, z.input<V[keyof V]>>;
}

/** The discriminator of a field made by `taggedUnion`; undefined for any other field. */
export function tagOf(schema: z.ZodType): string | undefined {
  return schema.meta()?.tag as string | undefined;
}

/** The shapes of a field made by `union`; undefined for any other field. */
export function variantsOf(schema: z.ZodType): readonly Variant[] | undefined {
  return schema.meta()?.variants as readonly Variant[] | undefined;
}
