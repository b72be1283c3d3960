import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";

/**
 * `npm run docs:replacements`: writes plan/derive/replacements.json, the properties whose changes replace a resource,
 * for every type that the project uses, from the schemas of the installed providers. It needs the Pulumi engine with
 * both clouds' plugins.
 */

const root = resolve(__dirname, "..");
const require = createRequire(__filename);

/** Where the table is. */
export const replacementsFile = join(root, "plan/derive/replacements.json");

/** The providers whose resources the project creates. */
export const providers = ["aws", "alicloud", "docker"] as const;
type Provider = (typeof providers)[number];

/** Resource type to properties; a property of a nested mapping has dots in its path. */
export type Replacements = Readonly<Record<string, readonly string[]>>;

/** The types that the project's code creates, of each provider, by `new aws.ecs.Service(` and the like. */
export function typesInUse(): Readonly<Record<Provider, readonly string[]>> {
  const folder = join(root, "components");
  const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const typesOf = (provider: Provider) => {
    const sdk: unknown = require(`@pulumi/${provider}`);
    const classes = [...code.matchAll(new RegExp(`\\bnew ${provider}\\.([A-Za-z0-9.]+)\\(`, "g"))]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "Provider");
    return [...new Set(classes.map((name) => typeOf(sdk, name)))].sort();
  };
  return { aws: typesOf("aws"), alicloud: typesOf("alicloud"), docker: typesOf("docker") };
}

/** The type of a class of an SDK, such as `ecs.Service`. */
function typeOf(sdk: unknown, name: string): string {
  const made = name.split(".").reduce((value, part) => (value as Readonly<Record<string, unknown>>)[part], sdk);
  const { __pulumiType: type } = made as { __pulumiType?: unknown };
  if (typeof type !== "string") throw new Error(`${name} is not a class of resources`);
  return type;
}

interface Property {
  readonly willReplaceOnChanges?: boolean;
  readonly $ref?: string;
  readonly items?: Property;
}
interface Schema {
  readonly version?: string;
  readonly resources: Readonly<Record<string, { readonly inputProperties?: Readonly<Record<string, Property>> }>>;
  readonly types?: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Property>> }>>;
}

/** The properties that the providers' schemas mark; throws for a provider whose schema cannot be read. */
export function replacementsNow(): Replacements {
  const used = typesInUse();
  const entries = providers.flatMap((provider) => {
    const schema = schemaOf(provider);
    return used[provider].map((type) => {
      const resource = schema.resources[type];
      if (resource === undefined) throw new Error(`the schema of ${provider} has no ${type}`);
      return [type, replacing(schema, resource.inputProperties ?? {}, "", [])] as const;
    });
  });
  return Object.fromEntries(entries);
}

/** The paths of the marked properties. What is below a marked one is not listed, nor is a type inside of itself. */
function replacing(
  schema: Schema,
  properties: Readonly<Record<string, Property>>,
  prefix: string,
  above: readonly string[],
): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    if (property.willReplaceOnChanges === true) return [prefix + name];
    const type = /^#\/types\/(.+)$/.exec(property.$ref ?? property.items?.$ref ?? "")?.[1];
    if (type === undefined || above.includes(type)) return [];
    const nested = schema.types?.[decodeURIComponent(type)]?.properties ?? {};
    return replacing(schema, nested, `${prefix}${name}.`, [...above, type]);
  });
}

/** A provider's schema, or the reason why this machine has none. */
export type FoundSchema = { readonly schema: Schema } | { readonly missing: string };

/** Finds a provider's schema: a file beside its plugin, otherwise what the plugin prints to the engine. */
export function findSchema(provider: Provider): FoundSchema {
  const { version } = JSON.parse(
    readFileSync(join(root, "node_modules/@pulumi", provider, "package.json"), "utf8"),
  ) as { version: string };
  const homes = [process.env.PULUMI_HOME, join(root, ".pulumi-home"), join(homedir(), ".pulumi")];
  for (const home of homes.filter((one) => one !== undefined)) {
    const file = join(home, "plugins", `resource-${provider}-v${version}`, "schema.json");
    if (existsSync(file)) return { schema: JSON.parse(readFileSync(file, "utf8")) as Schema };
  }
  const { status, stdout, error } = spawnSync("pulumi", ["package", "get-schema", `${provider}@${version}`], {
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
  });
  return status === 0
    ? { schema: JSON.parse(stdout) as Schema }
    : {
        missing:
          `no schema of ${provider} ${version} on this machine: neither in PULUMI_HOME, .pulumi-home or ~/.pulumi, nor ` +
          `from pulumi package get-schema (${error === undefined ? `exit status ${String(status)}` : error.message})`,
      };
}

function schemaOf(provider: Provider): Schema {
  const found = findSchema(provider);
  if ("missing" in found) throw new Error(found.missing);
  return found.schema;
}

/** The table as it is. */
export function writtenReplacements(): Replacements {
  return JSON.parse(readFileSync(replacementsFile, "utf8")) as Replacements;
}

/** The table as the file has it. */
export async function renderReplacements(table: Replacements): Promise<string> {
  const options = await resolveConfig(replacementsFile);
  return format(JSON.stringify(table), { ...options, filepath: replacementsFile });
}

if (require.main === module)
  void renderReplacements(replacementsNow()).then((text) => {
    writeFileSync(replacementsFile, text);
  });
