import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { serviceKey } from "../../components/config-keys";
import { pathOf } from "../../components/stack-file/paths";
import type { Problem } from "../../components/stack-file/problems";
import { PlanFailure } from "../failure";
import { type YamlFile, parseYaml } from "./yaml-file";

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
  /**
   * What would be another value for the engine, and what is encrypted inside the service. With any, there is no plan;
   * the program runs all the same, so that its own problems are reported too.
   */
  readonly problems: readonly Problem[];
  /** What of the stack file the plan does not read, in whole sentences. */
  readonly notes: readonly string[];
}

/** The placeholder for an encrypted value outside of the service. */
export const encryptedPlaceholder = "[encrypted]";

/** Reads Pulumi.yaml and the stack file as `pulumi` does. `root` is the project's folder; `configFile` starts there. */
export function readStackFile(root: string, stack: string, configFile?: string): StackConfig {
  const projectFile = readYaml(join(root, "Pulumi.yaml"));
  const project = asMapping(projectFile.value);
  const { name } = project;
  if (typeof name !== "string") throw new PlanFailure(`${join(root, "Pulumi.yaml")} has no project name`);
  const path = configFile === undefined ? join(root, `Pulumi.${stack}.yaml`) : resolve(root, configFile);
  if (!existsSync(path)) throw new PlanFailure(`no stack file ${path}.\n${existingStackFiles(root)}`);

  const stackFile = readYaml(path);
  const { config: own, environment } = asMapping(stackFile.value);
  const values: Record<string, string> = {};
  const encrypted: string[] = [];
  const problems: Problem[] = [
    ...projectFile.problems.map(({ at, message }): Problem => ({
      code: "read-differently",
      path: pathOf(["Pulumi.yaml", ...at]),
      message,
    })),
    ...stackFile.problems.map(({ at: [shortKey, ...rest], message }): Problem => ({
      code: "read-differently",
      path: shortKey === undefined ? basename(path) : pathOf([fullKey(String(shortKey), name, path), ...rest]),
      message,
    })),
  ];
  for (const [shortKey, value] of Object.entries({ ...projectDefaults(project), ...asMapping(own) })) {
    if (value === undefined) continue;
    const key = fullKey(shortKey, name, path);
    const secrets: Path[] = [];
    const readable = withoutSecrets(value, [], secrets);
    values[key] = typeof readable === "string" ? readable : readable === null ? "" : JSON.stringify(readable);
    if (key === serviceKey) problems.push(...secrets.map((at) => encryptedInService(at, shortKey, stackFile)));
    else if (secrets.length > 0) encrypted.push(key);
  }
  return {
    project: name,
    main: typeof project.main === "string" ? project.main : "index.ts",
    values,
    encrypted,
    problems,
    notes:
      environment === undefined
        ? []
        : [
            `The key environment of ${basename(path)} names environments of Pulumi ESC, which the plan does not read: ` +
              "configuration that they set is missing here, and changes the release if it is of the service.",
          ],
  };
}

type Path = readonly (string | number)[];

/** An update would write it as plain text: the program gets the service as a whole, and its parts are in resources. */
function encryptedInService(at: Path, shortKey: string, file: YamlFile): Problem {
  const line = file.lineOf(["config", shortKey, ...at]);
  const remedy = at.includes("secrets")
    ? "a reference is no secret, give it as it is"
    : "store it in the cloud's secret store, and give a reference under secrets";
  return {
    code: "encrypted-value",
    path: pathOf([serviceKey, ...at]),
    message:
      "is encrypted (pulumi config set --secret), but would be plain text in the stack's state and in the settings of " +
      `the instances: ${remedy}${line === undefined ? "" : ` (line ${line})`}`,
  };
}

function readYaml(path: string): YamlFile {
  return parseYaml(readFileSync(path, "utf8"), path, "config");
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

/**
 * The value with keys in order, as the engine passes it on, and a placeholder for each `{ secure: … }` in it, whose
 * path is added to `secrets`.
 */
function withoutSecrets(value: unknown, path: Path, secrets: Path[]): unknown {
  if (Array.isArray(value)) return value.map((part, index) => withoutSecrets(part, [...path, index], secrets));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string") {
    secrets.push(path);
    return encryptedPlaceholder;
  }
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, withoutSecrets(part, [...path, key], secrets)]),
  );
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
