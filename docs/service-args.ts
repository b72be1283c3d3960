import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { knownOf, tagOf, variantsOf } from "../components/stack-file/unions";
import { perCloudText, perCloudVariant } from "../components/stack-file/per-cloud";
import { besideId, cloudNames, serviceSchema } from "../components/stack-file/schema";
import { core, descriptionOf, fieldOf, inherited } from "./generate";

/**
 * Writes the service's types from the schema: what a program passes, and what it becomes on one cloud with every default
 * applied. They are interfaces because TypeScript shows a field's documentation only where the field is declared, and
 * because the types of the published package must not name the library that the schema is written with.
 */

/** Prettier's, which leaves comments as they are. */
const width = 120;

const file = join(__dirname, "../components/stack-file/types.ts");

const quoted = (words: readonly string[]) => words.map((word) => JSON.stringify(word)).join(" | ");

const header = `import type * as pulumi from "@pulumi/pulumi";

/**
 * The types of a service's description. Written by \`npm run docs\` from schema.ts; change it there.
 *
 * \`…Args\` is what a program or a stack file gives. \`…Config\` is the same on one cloud, with its values in place of those
 * per cloud and with every default applied; where that makes no difference the two are one.
 */

/** A cloud: Amazon Web Services or Alibaba Cloud. */
export type CloudName = ${quoted(cloudNames)};

/** A value for every cloud, or one per cloud. */
export type PerCloud<Value = string> = Value | { ${cloudNames.map((name) => `readonly ${name}?: Value | undefined`).join("; ")} };

/** What an instance is: a container on the cloud's container service, or a virtual machine from a machine image. */
export type Compute = ServiceConfig["compute"];

/** The network, new or existing. */
export type NetworkConfig = ServiceConfig["network"];

/** A field of a release that is part of its id. The service has each of them too, as a release inherits them. */
export type IdField = Exclude<keyof ReleaseConfig, ${quoted(besideId)}>;
`;

/** The interfaces by the path of the mapping, and what they are where the schema has no description. */
const interfaces: Readonly<Record<string, readonly [name: string, about?: string]>> = {
  "": ["Service", "A service: `immutable-service:service` of a stack file."],
  image: ["BakedImage", "An image that the stack bakes."],
  "image.build": ["Build"],
  size: ["Size"],
  disk: ["Disk"],
  hardening: ["Hardening"],
  instances: ["Instances"],
  health: ["Health"],
  files: ["Files"],
  "files.share": ["Share"],
  logs: ["Logs"],
  "permissions[]": ["Permission", "A statement of what the app may do in the cloud."],
  "scaling[]: metric": ["MetricTrigger", "A trigger that holds a metric at a target."],
  "scaling[]: schedule": ["ScheduleTrigger", "A trigger that sets the bounds of the group at a time."],
  "network: a new network": ["NewNetwork", "A network that the stack creates."],
  "network: an existing network": ["ExistingNetwork", "An existing network."],
  loadBalancer: ["LoadBalancer"],
  tls: ["Tls"],
  gate: ["Gate"],
  rollout: ["Rollout"],
  "rollout.watch": ["RolloutWatch"],
  previous: ["Previous"],
  "freeze[]: period": ["PeriodFreeze", "A time in which no new release may get traffic."],
  "freeze[]: schedule": ["ScheduleFreeze", "Times in which no new release may get traffic, by a schedule."],
  freezeOverride: ["FreezeOverride"],
  "releases[]": ["Release", "A further release, which stays live beside the service's own."],
  aws: ["Aws"],
  alicloud: ["Alicloud"],
};

type Side = "Args" | "Config";

class Writer {
  /** Interfaces by name, in the order in which they are referred to. */
  private readonly written = new Map<string, string>();

  get text(): string {
    return [...this.written.values()].join("\n");
  }

  /** The type of a value, on one side. `extra` are more members of a mapping. */
  typeOf(wrapped: z.ZodType, path: string, side: Side, extra: readonly string[] = []): string {
    const given = withoutDefault(wrapped);
    if (knownOf(given) !== undefined) return "pulumi.Input<string>";
    const variants = variantsOf(given);
    if (variants?.some(({ name }) => name === perCloudVariant)) {
      const value = this.typeOf(variants[0]?.schema ?? z.never(), path, side);
      if (side === "Config") return value;
      return value === "string" ? "PerCloud" : `PerCloud<${value}>`;
    }
    if (variants) {
      const tag = side === "Config" ? tagOf(given) : undefined;
      const types = variants.map(({ name, schema }) => {
        const about = comment("Which of the shapes it has; set when it is parsed.", 2);
        const member = tag === undefined ? [] : [`${about}readonly ${tag}: ${JSON.stringify(name)};`];
        return this.typeOf(schema, `${path}: ${name}`, side, member);
      });
      return [...new Set(types)].join(" | ");
    }
    if (given instanceof z.ZodObject) return this.interfaceOf(given, path, descriptionOf(wrapped), side, extra);
    if (given instanceof z.ZodArray)
      return `readonly (${this.typeOf(given.element as z.ZodType, `${path}[]`, side)})[]`;
    if (given instanceof z.ZodRecord)
      return `Readonly<Record<string, ${this.typeOf(given.valueType as z.ZodType, `${path}{}`, side)}>>`;
    if (given instanceof z.ZodEnum) return quoted(given.options.map(String));
    if (given instanceof z.ZodString) return "string";
    if (given instanceof z.ZodNumber) return "number";
    if (given instanceof z.ZodBoolean) return "boolean";
    throw new Error(`${path}: no type is known for a ${given.def.type}`);
  }

  private interfaceOf(
    schema: z.ZodObject,
    path: string,
    description: string | undefined,
    side: Side,
    extra: readonly string[],
  ): string {
    // Mappings that a further release inherits have one interface, with the service's descriptions.
    const place = path.replace(/^releases\[\]\./, "");
    const [base, about = description] = interfaces[place] ?? interfaces[place.replace(/: [^.]*/, "")] ?? [];
    if (base === undefined) throw new Error(`${path} is a mapping: give its interface a name in docs/service-args.ts`);
    const args = this.membersOf(schema, path, "Args");
    const members = side === "Args" ? args : [...extra, ...this.membersOf(schema, path, side)];
    const name = `${base}${members.join() === args.join() ? "Args" : side}`;
    if (!this.written.has(name))
      this.written.set(name, `${comment(about)}export interface ${name} {\n${members.join("\n")}\n}\n`);
    return name;
  }

  private membersOf(schema: z.ZodObject, path: string, side: Side): string[] {
    return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
      const at = path === "" ? name : `${path}.${name}`;
      const optional = side === "Args" ? withoutDefault(field) !== field : field instanceof z.ZodOptional;
      const type = this.typeOf(field, at, side) + (optional ? " | undefined" : "");
      return `${comment(documentation(at, field), 2)}readonly ${name}${optional ? "?" : ""}: ${type};`;
    });
  }
}

/** What the reference says of a field, in sentences. The type is in words only where TypeScript has none for it. */
function documentation(path: string, schema: z.ZodType): string {
  const { description, type, whenLeftOut } = fieldOf(path, schema);
  const value = core(schema);
  const rule = [z.ZodNumber, z.ZodString, z.ZodArray].some((kind) => value instanceof kind) && inherited(path) === "";
  const byFields = "the defaults of its fields";
  return [
    description,
    ...(rule ? [`${type.charAt(0).toUpperCase()}${type.slice(1).replace(perCloudText, "")}.`] : []),
    ...(whenLeftOut === undefined || whenLeftOut === byFields ? [] : [`Default: ${whenLeftOut}.`]),
  ].join(" ");
}

/** The schema without its default, and what an optional field has when it is given. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)) return schema;
  return withoutDefault(schema.def.innerType as z.ZodType);
}

/** A doc comment, wrapped. Links to other documents of this repository are no links in an editor. */
function comment(text: string | undefined, indent = 0): string {
  if (text === undefined) return "";
  const plain = text.replace(/\[([^\]]+)\]\((?!https:)[^)]*\)/g, "$1").replaceAll("*/", "*\\/");
  if (indent + plain.length + "/**  */".length <= width) return `/** ${plain} */\n`;
  const lines = plain.split(" ").reduce<string[]>((all, word) => {
    const last = all.at(-1);
    if (last === undefined || indent + ` * ${last} ${word}`.length > width) return [...all, word];
    return [...all.slice(0, -1), `${last} ${word}`];
  }, []);
  return `/**\n${lines.map((line) => ` * ${line}\n`).join("")} */\n`;
}

/** The types as they should be. */
export async function render(): Promise<string> {
  const writer = new Writer();
  for (const side of ["Args", "Config"] as const) writer.typeOf(serviceSchema, "", side);
  return format(`${header}\n${writer.text}`, { ...(await resolveConfig(file)), filepath: file });
}

/** The types as they are. */
export function written(): string {
  return readFileSync(file, "utf8");
}

if (require.main === module) {
  void render().then((text) => {
    writeFileSync(file, text);
  });
}
