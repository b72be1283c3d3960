import * as pulumi from "@pulumi/pulumi";
import { type AccountFacts, type StackFacts, accountTypes } from "./clouds/cloud";
import { type Problem, SettingsError, show, unknownName } from "./stack-file/problems";
import { isMapping } from "./stack-file/values";
import { type CloudName, cloudNames, serviceFields } from "./stack-file/schema";

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
  if (known === undefined)
    problems.push({
      path: `${namespace}:cloud`,
      message: `${cloud === undefined ? "is missing: give" : "must be"} one of ${cloudNames.map((c) => `"${c}"`).join(", ")}${cloud === undefined ? "" : `, got ${show(cloud)}`}`,
    });
  const regions = known === undefined ? [] : [known];
  const region = regions.map((name) => new pulumi.Config(name).get("region")).at(0);
  if (known !== undefined && !region)
    problems.push({
      path: `${known}:region`,
      message: `is missing: give the region, such as ${known === "aws" ? "us-east-1" : "cn-hangzhou"}`,
    });
  const account = known === "alicloud" ? readAccount(problems) : undefined;
  const service = readService(config, problems);
  if (known === undefined || !region || problems.length > 0)
    throw new SettingsError(problems, `the configuration of stack ${pulumi.getStack()}`);
  return { cloud: known, region, account, service, project: pulumi.getProject(), stack: pulumi.getStack() };
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
  if (!isMapping(service))
    problems.push({
      path,
      message: `must be a mapping such as { name: …, version: …, compute: …, image: … }, got ${show(service)}`,
    });
  return service;
}

/** The provider reads these two itself; what is not the provider's asks the same account in the same places. */
function readAccount(problems: Problem[]): AccountFacts {
  const config = new pulumi.Config("alicloud");
  const written = config.get("accountType") ?? "";
  const type = accountTypes.find((one) => one === written);
  if (written !== "" && type === undefined)
    problems.push({
      path: "alicloud:accountType",
      message: `must be one of ${accountTypes.map((one) => `"${one}"`).join(", ")}, the site on which the account was opened, got ${show(written)}; left out, the provider asks the cloud`,
    });
  const [endpoints = {}, ...more] = listOf(config.get("endpoints"));
  if (!isMapping(endpoints) || more.length > 0 || !Object.values(endpoints).every(isHost)) {
    problems.push({
      path: "alicloud:endpoints",
      message: `must be a list with one mapping of services to host names such as [{ alb: "alb-vpc.cn-hangzhou.aliyuncs.com" }], got ${show(fromJson(config.get("endpoints") ?? ""))}`,
    });
    return { type };
  }
  return { type, endpoints: endpoints as Record<string, string> };
}

function listOf(written: string | undefined): unknown[] {
  const read = written === undefined || written === "" || written === "null" ? [] : fromJson(written);
  return Array.isArray(read) ? read : [read];
}

function isHost(value: unknown): boolean {
  return typeof value === "string" && /^(https?:\/\/)?[a-z0-9.-]+(:\d+)?$/i.test(value);
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
    .map((key) => ({
      path: `${namespace}:${key}`,
      message: key in serviceFields ? `belongs inside ${namespace}:service` : unknownName(key, keys, "key"),
    }));
}
