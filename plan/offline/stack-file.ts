import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { PlanFailure } from "../failure";

/** A stack's configuration as the engine would pass it to the program. */
export interface StackConfig {
  /** The project's name, from Pulumi.yaml. */
  readonly project: string;
  /** The program's entry point, from Pulumi.yaml; default index.ts. */
  readonly main: string;
  /** Every value as a text; mappings and lists as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys that have an encrypted value, which only the engine can read. */
  readonly encrypted: readonly string[];
}

/** The placeholder for an encrypted value. */
export const encryptedPlaceholder = "[encrypted]";

/** Reads Pulumi.yaml and the stack file as `pulumi` does. `root` is the project's folder; `configFile` starts there. */
export function readStackFile(root: string, stack: string, configFile?: string): StackConfig {
  const project = asMapping(readYaml(join(root, "Pulumi.yaml")));
  if (typeof project.name !== "string") throw new PlanFailure(`${join(root, "Pulumi.yaml")} has no project name`);
  const path = configFile === undefined ? join(root, `Pulumi.${stack}.yaml`) : resolve(root, configFile);
  if (!existsSync(path)) throw new PlanFailure(`no stack file ${path}.\n${existingStackFiles(root)}`);

  const values: Record<string, string> = {};
  const encrypted: string[] = [];
  const config = { ...projectDefaults(project), ...asMapping(asMapping(readYaml(path)).config) };
  for (const [shortKey, value] of Object.entries(config)) {
    if (value === null || value === undefined) continue;
    const key = fullKey(shortKey, project.name, path);
    const found = { secret: false };
    const readable = withoutSecrets(value, found);
    values[key] = typeof readable === "string" ? readable : JSON.stringify(readable);
    if (found.secret) encrypted.push(key);
  }
  return {
    project: project.name,
    main: typeof project.main === "string" ? project.main : "index.ts",
    values,
    encrypted,
  };
}

/** Project-wide values: `key: value`, or `key: { value }` or `key: { default }`. */
function projectDefaults(project: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asMapping(project.config)).map(([key, entry]) => {
      if (typeof entry !== "object" || entry === null) return [key, entry];
      const { value, default: byDefault } = entry as { value?: unknown; default?: unknown };
      return [key, value ?? byDefault];
    }),
  );
}

/** A key's full name, `namespace:name`: a key without a namespace is the project's, and `a:config:b` is `a:b`. */
function fullKey(key: string, project: string, path: string): string {
  const parts = key.split(":");
  if (parts.length === 3 && parts[1] === "config") return `${parts[0] ?? ""}:${parts[2] ?? ""}`;
  if (parts.length === 2) return key;
  if (parts.length === 1) return `${project}:${key}`;
  throw new PlanFailure(`${path}: a key must be namespace:name, got "${key}"`);
}

/** The value with keys in order, as the engine passes it on, and a placeholder for each `{ secure: … }` in it. */
function withoutSecrets(value: unknown, found: { secret: boolean }): unknown {
  if (Array.isArray(value)) return value.map((part) => withoutSecrets(part, found));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string") {
    found.secret = true;
    return encryptedPlaceholder;
  }
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, withoutSecrets(part, found)]),
  );
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"), { merge: true }) as unknown;
  } catch (error) {
    throw new PlanFailure(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asMapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Lists the stack files in the project's folder and among the examples. */
function existingStackFiles(root: string): string {
  const isStackFile = (name: string) => /^Pulumi\..+\.ya?ml$/.test(name);
  const stacks = readdirSync(root)
    .filter(isStackFile)
    .map((name) => `  --stack ${name.replace(/^Pulumi\.(.+)\.ya?ml$/, "$1")}`);
  const examples = existsSync(join(root, "examples"))
    ? readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => `  --config-file ${join("examples", name)}`)
    : [];
  const all = [...stacks, ...examples];
  return all.length === 0 ? "The project has no stack files." : `The project has:\n${all.join("\n")}`;
}
