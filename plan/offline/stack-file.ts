import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { PlanFailure } from "../failure";

/** A stack's configuration as the engine would hand it to the program. */
export interface StackConfig {
  /** The project's name, from Pulumi.yaml. */
  readonly project: string;
  /** The program's entry point, from Pulumi.yaml; default index.ts. */
  readonly main: string;
  /** Every value as a text; mappings and lists as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys that hold an encrypted value, which nobody can read here. */
  readonly encrypted: readonly string[];
}

/** What stands for an encrypted value. */
export const encryptedStandIn = "[encrypted]";

/** Reads Pulumi.yaml and the stack file as `pulumi` does. `root` is the project's folder, `configFile` relative to it. */
export function readStackFile(root: string, stack: string, configFile?: string): StackConfig {
  const project = asMapping(readYaml(join(root, "Pulumi.yaml")));
  if (typeof project.name !== "string") throw new PlanFailure(`${join(root, "Pulumi.yaml")} has no project name`);
  const path = configFile === undefined ? join(root, `Pulumi.${stack}.yaml`) : resolve(root, configFile);
  if (!existsSync(path)) throw new PlanFailure(`there is no stack file ${path}.\n${stackFilesThere(root)}`);

  const values: Record<string, string> = {};
  const encrypted: string[] = [];
  const written = { ...projectDefaults(project), ...asMapping(asMapping(readYaml(path)).config) };
  for (const [writtenKey, value] of Object.entries(written)) {
    if (value === null || value === undefined) continue;
    const key = fullKey(writtenKey, project.name, path);
    const holds = { secret: false };
    const readable = withoutSecrets(value, holds);
    values[key] = typeof readable === "string" ? readable : JSON.stringify(readable);
    if (holds.secret) encrypted.push(key);
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

/** A key's full name: `namespace:name`; the project's own may leave the namespace out, and `aws:config:region` is `aws:region`. */
function fullKey(key: string, project: string, path: string): string {
  const parts = key.split(":");
  if (parts.length === 3 && parts[1] === "config") return `${parts[0] ?? ""}:${parts[2] ?? ""}`;
  if (parts.length === 2) return key;
  if (parts.length === 1) return `${project}:${key}`;
  throw new PlanFailure(`${path}: a key must be namespace:name, got "${key}"`);
}

/** The value with keys in order, as the engine hands it on, and a stand-in for each `{ secure: … }` in it. */
function withoutSecrets(value: unknown, holds: { secret: boolean }): unknown {
  if (Array.isArray(value)) return value.map((part) => withoutSecrets(part, holds));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string") {
    holds.secret = true;
    return encryptedStandIn;
  }
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, withoutSecrets(part, holds)]),
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

/** A sentence that lists the stack files at the root and those among the examples. */
function stackFilesThere(root: string): string {
  const isStackFile = (name: string) => /^Pulumi\..+\.ya?ml$/.test(name);
  const here = readdirSync(root)
    .filter(isStackFile)
    .map((name) => `  --stack ${name.replace(/^Pulumi\.(.+)\.ya?ml$/, "$1")}`);
  const examples = existsSync(join(root, "examples"))
    ? readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => `  --config-file ${join("examples", name)}`)
    : [];
  const all = [...here, ...examples];
  return all.length === 0 ? "There are no stack files here at all." : `There are:\n${all.join("\n")}`;
}
