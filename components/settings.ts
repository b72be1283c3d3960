import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./clouds/cloud";
import { configNamespace, serviceKey } from "./config-keys";
import { isEmpty, parseValue } from "./config-values";
import { problemsOnAny } from "./resolve";
import { expected } from "./stack-file/fields";
import { wordMeant } from "./stack-file/meant";
import { type Problem, SettingsError, nearestName, show } from "./stack-file/problems";
import { type CloudName, cloudNames, serviceFields } from "./stack-file/schema";
import { isMapping } from "./stack-file/values";

/** Everything that the program reads from its stack's configuration. */
export interface Settings {
  /** The cloud that `immutable-service:cloud` names, in the region that its own keys name. */
  readonly cloud: Cloud;
  /** `immutable-service:service`, unchecked: `resolveService` checks it. */
  readonly service: unknown;
}

/** Reads the keys of one cloud and adds what is wrong with them to `problems`. What it returns creates the cloud. */
export type CloudReader = (problems: Problem[]) => Promise<() => Cloud>;

const keys = ["cloud", "service"];

/**
 * Reads the stack's configuration: the project's own keys here, the chosen cloud's in that cloud's settings.ts. Throws
 * one SettingsError with every problem of the keys themselves, and of the service whatever is checked without a cloud in
 * a region; the whole service is checked by `resolveService`.
 */
export async function readSettings(clouds: Readonly<Record<CloudName, CloudReader>>): Promise<Settings> {
  const problems: Problem[] = [...unknownKeys(), ...strayKeys()];
  const name = readCloudName(problems);
  const createCloud = name && (await clouds[name](problems));
  const service = readService(problems);
  if (createCloud === undefined || problems.length > 0) {
    if (isMapping(service)) problems.push(...problemsOnAny(name === undefined ? cloudNames : [name], service));
    throw new SettingsError(problems, `the configuration of stack ${pulumi.getStack()}`);
  }
  return { cloud: createCloud(), service };
}

/** A key's value; where somebody has written the key in the project's namespace, that one's, which has been reported. */
function read(name: string): string | undefined {
  const stray = strayNames(name)[0];
  return new pulumi.Config(configNamespace).get(name) ?? (stray && pulumi.runtime.allConfig()[stray]);
}

/** The keys `name` of other namespaces, in place of the missing one of this program's. */
function strayNames(name: string): string[] {
  const all = Object.keys(pulumi.runtime.allConfig());
  return all.includes(`${configNamespace}:${name}`) ? [] : all.filter((key) => key.endsWith(`:${name}`));
}

function strayKeys(): Problem[] {
  return keys.flatMap((name) =>
    strayNames(name).map((key) => ({
      code: "wrong-namespace" as const,
      path: key,
      message:
        `is in the namespace of a project, as a key without a namespace is: write the key as ${configNamespace}:${name}, ` +
        "whatever the project's name is",
    })),
  );
}

function readCloudName(problems: Problem[]): CloudName | undefined {
  const value = read("cloud");
  const name = cloudNames.find((one) => one === value);
  if (name === undefined)
    problems.push({
      code: value === undefined ? "missing" : "unknown-value",
      path: `${configNamespace}:cloud`,
      message: expected(`one of ${cloudNames.map((one) => `"${one}"`).join(", ")}`, (written) =>
        wordMeant(written, cloudNames),
      )({ input: value }),
    });
  return name;
}

function readService(problems: Problem[]): unknown {
  const path = serviceKey;
  const value = read("service");
  if ([path, ...strayNames("service")].some(isSecret)) {
    // The program gets the service as a whole, and cannot know which part is encrypted: so none is shown either.
    problems.push({
      code: "encrypted-value",
      path,
      message:
        "has an encrypted value (pulumi config set --secret), which would be plain text in the stack's state and in " +
        "the settings of the instances: store it in the cloud's secret store, and give a reference under secrets",
    });
    return undefined;
  }
  if (isEmpty(value)) {
    problems.push({ code: "missing", path, message: "is missing: describe the service as in docs/stack-file.md" });
    return undefined;
  }
  const service = parseValue(value);
  if (!isMapping(service))
    problems.push({
      code: "wrong-type",
      path,
      message: `must be a mapping such as { name: …, version: …, compute: …, image: … }, got ${show(service)}`,
    });
  return service;
}

/** Whether a key has an encrypted value anywhere inside. The SDK knows it, but its types leave it out. */
function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return runtime.isConfigSecret(key);
}

function unknownKeys(): Problem[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${configNamespace}:`))
    .map((key) => key.slice(configNamespace.length + 1))
    .filter((key) => !keys.includes(key))
    .map((key): Problem => {
      const path = `${configNamespace}:${key}`;
      if (key in serviceFields)
        return { code: "misplaced-key", path, message: `belongs inside ${configNamespace}:service` };
      const nearest = nearestName(key, keys);
      const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
      return { code: "unknown-key", path, message: `unknown key${hint}`, known: keys };
    });
}
