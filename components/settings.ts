import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./clouds/cloud";
import { configNamespace, serviceKey } from "./config-keys";
import { isEmpty, parseValue } from "./config-values";
import { type Problem, SettingsError, show, unknownName } from "./stack-file/problems";
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
 * one SettingsError with every problem of the keys themselves; what is inside `service` is checked by `resolveService`.
 */
export async function readSettings(clouds: Readonly<Record<CloudName, CloudReader>>): Promise<Settings> {
  const config = new pulumi.Config(configNamespace);
  const problems: Problem[] = unknownKeys();
  const name = readCloudName(config, problems);
  const createCloud = name && (await clouds[name](problems));
  const service = readService(config, problems);
  if (createCloud === undefined || problems.length > 0)
    throw new SettingsError(problems, `the configuration of stack ${pulumi.getStack()}`);
  return { cloud: createCloud(), service };
}

function readCloudName(config: pulumi.Config, problems: Problem[]): CloudName | undefined {
  const value = config.get("cloud");
  const name = cloudNames.find((one) => one === value);
  if (name === undefined)
    problems.push({
      path: `${configNamespace}:cloud`,
      message: `${value === undefined ? "is missing: give" : "must be"} one of ${cloudNames.map((c) => `"${c}"`).join(", ")}${value === undefined ? "" : `, got ${show(value)}`}`,
    });
  return name;
}

function readService(config: pulumi.Config, problems: Problem[]): unknown {
  const path = serviceKey;
  const value = config.get("service");
  if (isSecret(path)) {
    // The program gets the service as a whole, and cannot know which part is encrypted: so none is shown either.
    problems.push({
      path,
      message:
        "has an encrypted value (pulumi config set --secret), which would be plain text in the stack's state and in " +
        "the settings of the instances: store it in the cloud's secret store, and give a reference under secrets",
    });
    return undefined;
  }
  if (isEmpty(value)) {
    problems.push({ path, message: "is missing: describe the service as in docs/stack-file.md" });
    return undefined;
  }
  const service = parseValue(value);
  if (!isMapping(service))
    problems.push({
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
    .map((key) => ({
      path: `${configNamespace}:${key}`,
      message: key in serviceFields ? `belongs inside ${configNamespace}:service` : unknownName(key, keys, "key"),
    }));
}
