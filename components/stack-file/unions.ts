import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type IssueParams, expected } from "./fields";
import { isMapping, outputOf } from "./values";

/** The fields that have several shapes, and those that a program may also give as an output. */

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

/** The fields of a shape; none for a shape that is no mapping. */
function fieldsOf(schema: z.ZodType): readonly string[] {
  const variants = variantsOf(schema);
  if (variants !== undefined) return variants.flatMap((variant) => fieldsOf(variant.schema));
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The issue of a field that only another shape has; undefined for any other issue. */
function ofOtherShape(
  issue: z.core.$ZodRawIssue,
  value: unknown,
  picked: string,
  shapes: readonly Variant[],
): z.core.$ZodRawIssue | undefined {
  const { params, path = [] } = issue as { params?: IssueParams; path?: readonly PropertyKey[] };
  const [name, ...deeper] = path;
  if (params?.code !== "unknown-field" || deeper.length > 0 || !isMapping(value)) return undefined;
  const other = shapes.find((shape) => shape.name !== picked && fieldsOf(shape.schema).includes(String(name)));
  if (other === undefined) return undefined;
  const own = shapes.filter((shape) => shape.name === picked).flatMap(({ schema }) => fieldsOf(schema));
  const given = own.filter((field) => field in value && !fieldsOf(other.schema).includes(field));
  if (given.length === 0) return undefined;
  const code: IssueParams = { code: "not-together" };
  return {
    ...issue,
    message: `not together with ${given.join(", ")}: give ${picked} or ${other.name}`,
    params: { ...params, ...code },
  };
}

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
    context.issues.push(...result.issues.map((issue) => ofOtherShape(issue, value, variant, named) ?? issue));
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
