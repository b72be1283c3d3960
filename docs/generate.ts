import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { knownOf, variantsOf } from "../components/stack-file/unions";
import { perCloudText, perCloudVariant } from "../components/stack-file/per-cloud";
import { serviceFields } from "../components/stack-file/schema";

/** Writes docs/stack-file.md from the schema; the column "Type" uses the words of the schema's error messages. */

/** Where the reference is. */
export const reference = join(__dirname, "stack-file.md");

/** The keys of a stack's configuration beside the service itself, with what they mean. */
export const configKeys: Readonly<Record<string, string>> = {
  "immutable-service:cloud": "where the service runs: `aws` or `alicloud`",
  "aws:region": "the region, if the cloud is AWS",
  "alicloud:region": "the region, if the cloud is Alibaba Cloud",
  "alicloud:accountType":
    "the site on which the Alibaba Cloud account was opened, `Domestic` or `International`; by default the provider " +
    "calls the billing API to find out, which takes a moment",
  "alicloud:endpoints":
    "a list with one mapping of Alibaba Cloud's services to host names, such as `[{ alb: " +
    "alb-vpc.cn-hangzhou.aliyuncs.com }]`, for networks that cannot reach the public ones; by default the public ones",
};

const introduction = `# The stack file

<!-- Written by \`npm run docs\` from components/stack-file/schema.ts; change it there. -->

A stack's configuration has these keys:

| Key | Description |
|---|---|
${Object.entries(configKeys)
  .map(([key, meaning]) => `| \`${key}\` | ${meaning} |`)
  .join("\n")}
| \`immutable-service:service\` | the service, a mapping with the fields below |

Everything is checked before anything is changed: \`pulumi up\`, \`pulumi preview\` and \`npm run -s plan\` report all problems at
once, each with its path in this file. An unknown field is a problem too. [changes.md](changes.md) says what a change of each
field does to a running service.
`;

/** One field of a mapping. */
export interface Field {
  /** Its place in the stack file, such as `health.path` or `scaling[].metric`. */
  readonly path: string;
  /** Its type, in the words of the error message for a missing value. */
  readonly type: string;
  /** What holds when it is left out; undefined for a required field. */
  readonly whenLeftOut: string | undefined;
  readonly description: string;
  readonly schema: z.ZodType;
}

interface Mapping {
  readonly title: string;
  readonly about: string;
  readonly fields: readonly Field[];
}

/** Every mapping of the stack file with its fields, the service first. */
export function mappings(): Mapping[] {
  return within("The service", "", "", serviceFields);
}

function within(title: string, about: string, path: string, shape: Readonly<Record<string, z.ZodType>>): Mapping[] {
  const fields = Object.entries(shape).map(([name, schema]) => fieldOf(path === "" ? name : `${path}.${name}`, schema));
  // Fields that a further release inherits are described once, at the service.
  return [
    { title, about, fields },
    ...fields
      .filter(({ path: place }) => inherited(place) === "")
      .flatMap((field) => inside(field.path, field.description, field.schema)),
  ];
}

/** The mappings in a field: its own, those of each of its shapes, or those of its items. */
function inside(path: string, about: string, wrapped: z.ZodType): Mapping[] {
  const schema = core(wrapped);
  const variants = variantsOf(schema);
  // A value per cloud has the type of the value for both.
  if (isPerCloud(schema)) return variants?.[0] === undefined ? [] : inside(path, about, variants[0].schema);
  if (variants)
    return variants
      .filter((variant) => core(variant.schema) instanceof z.ZodObject)
      .flatMap((variant) => inside(`${path}\u0000${variant.name}`, about, variant.schema));
  if (schema instanceof z.ZodArray) return inside(`${path}[]`, about, schema.element as z.ZodType);
  if (!(schema instanceof z.ZodObject)) return [];
  const [place = "", variant] = path.split("\u0000");
  return within(`\`${place}\`${variant === undefined ? "" : `: ${variant}`}`, about, place, schema.shape);
}

/** Describes a field from its schema. */
export function fieldOf(path: string, schema: z.ZodType): Field {
  return {
    path,
    type: typeOf(schema),
    whenLeftOut: defaultOf(schema),
    description: inherited(path) || (descriptionOf(schema) ?? ""),
    schema,
  };
}

/** Fields that a further release does not inherit. */
const own = ["version", "image"];

/** A further release has the service's fields under the same names. */
export function inherited(path: string): string {
  const name = path.replace(/^releases\[\]\./, "");
  return name !== path && !own.includes(name) && name in serviceFields
    ? `[\`${name}\`](#the-service) of this release, given as a whole.`
    : "";
}

/** What a field means; undefined where its schema has no description. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  const own = schema.description;
  if (own !== undefined) return own;
  const next = unwrapped(schema);
  return next && descriptionOf(next);
}

/** A field's type, taken from the error message for a missing value. */
function typeOf(wrapped: z.ZodType): string {
  const schema = core(wrapped);
  const variants = variantsOf(schema);
  if (isPerCloud(schema)) {
    const once = typeOf(variants?.[0]?.schema ?? schema);
    return once.includes(perCloudText) ? once : `${once}${perCloudText}`;
  }
  if (variants) return variants.map((variant) => typeOf(variant.schema)).join("; or ");
  if (schema instanceof z.ZodObject) return `a mapping with ${Object.keys(schema.shape).join(", ")}`;
  const issue = schema.safeParse(undefined).error?.issues[0];
  return issue?.message.replace(/^is missing: give /, "") ?? "anything";
}

function isPerCloud(schema: z.ZodType): boolean {
  return variantsOf(schema)?.some(({ name }) => name === perCloudVariant) ?? false;
}

/** What holds when a field is left out: its default, or words for one that has no fixed default. */
function defaultOf(schema: z.ZodType): string | undefined {
  if (schema instanceof z.ZodOptional) return (schema.meta()?.optional ?? "none") as string;
  if (!(schema instanceof z.ZodPrefault)) return undefined;
  const value: unknown = schema.def.defaultValue;
  const isEmpty = JSON.stringify(value) === "{}" || JSON.stringify(value) === "[]";
  if (!isEmpty) return `\`${JSON.stringify(value)}\``;
  return core(schema) instanceof z.ZodRecord || Array.isArray(value) ? "none" : "the defaults of its fields";
}

function unwrapped(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return schema.def.innerType as z.ZodType;
  return knownOf(schema);
}

/** The schema without defaults and optionals, and the rule for known values of a field that takes outputs too. */
export function core(schema: z.ZodType): z.ZodType {
  const next = unwrapped(schema);
  return next ? core(next) : schema;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** The reference as it should be. */
export function render(): string {
  const sections = mappings().map(({ title, about, fields }) => {
    const rows = fields.map(
      ({ path, type, whenLeftOut, description }) =>
        `| \`${path}\` | ${cell(type)} | ${cell(whenLeftOut ?? "**required**")} | ${cell(description)} |`,
    );
    return `## ${title}\n\n${about === "" ? "" : `${about}\n\n`}| Field | Type | Default | Description |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return [introduction, ...sections].join("\n");
}

if (require.main === module) writeFileSync(reference, render());

/** The reference as it is. */
export function written(): string {
  return readFileSync(reference, "utf8");
}
