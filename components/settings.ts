import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "./cloud";
import { type Problem, SettingsError, show, unknownName } from "./problems";
import { isMapping } from "./fields";
import { type CloudName, cloudNames, serviceFields } from "./schema";

/** Everything that the program reads from its stack's configuration. */
export interface Settings extends StackFacts {
  /** `immutable-service:cloud`: where the service runs. */
  readonly cloud: CloudName;
  /** `immutable-service:service`, unchecked: `resolveService` checks it. */
  readonly service: unknown;
}

const namespace = "immutable-service";
const keys = ["cloud", "service"];

/**
 * Reads the stack's configuration; the only place that does. Throws one SettingsError with every problem of the keys
 * themselves; what is inside `service` is checked by `resolveService`.
 */
export function readSettings(): Settings {
  const config = new pulumi.Config(namespace);
  const problems: Problem[] = unknownKeys();
  const cloud = config.get("cloud");
  const known = cloudNames.find((name) => name === cloud);
  if (known === undefined) problems.push({ path: `${namespace}:cloud`, message: `${cloud === undefined ? "is missing: give" : "must be"} one of ${cloudNames.map((c) => `"${c}"`).join(", ")}${cloud === undefined ? "" : `, got ${show(cloud)}`}` });
  const regions = known === undefined ? [] : [known];
  const region = regions.map((name) => new pulumi.Config(name).get("region")).at(0);
  if (known !== undefined && !region) problems.push({ path: `${known}:region`, message: `is missing: give the region, such as ${known === "aws" ? "us-east-1" : "cn-hangzhou"}` });
  const service = readService(config, problems);
  if (known === undefined || !region || problems.length > 0) throw new SettingsError(problems, `the configuration of stack ${pulumi.getStack()}`);
  return { cloud: known, region, service, project: pulumi.getProject(), stack: pulumi.getStack() };
}

function readService(config: pulumi.Config, problems: Problem[]): unknown {
  const path = `${namespace}:service`;
  const written = config.get("service");
  // Nothing after the colon reaches a program as an empty text or as null.
  if (written === undefined || written === "" || written === "null") {
    problems.push({ path, message: "is missing: describe the service as in docs/stack-file.md" });
    return undefined;
  }
  const service = fromJson(written);
  if (!isMapping(service)) problems.push({ path, message: `must be a mapping such as { name: …, version: …, compute: …, image: … }, got ${show(service)}` });
  return service;
}

/** A mapping reaches a program as JSON, a text as it is. */
function fromJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function unknownKeys(): Problem[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${namespace}:`))
    .map((key) => key.slice(namespace.length + 1))
    .filter((key) => !keys.includes(key))
    .map((key) => ({ path: `${namespace}:${key}`, message: key in serviceFields ? `belongs inside ${namespace}:service` : unknownName(key, keys) }));
}
