import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../stack-file/problems";
import type { CloudName } from "../spec";

/** What every cloud's reader of configuration needs. */

/** Reads `<cloud>:region`. Where it is missing, adds a problem with the example and returns an empty string. */
export function readRegion(cloud: CloudName, example: string, problems: Problem[]): string {
  const region = new pulumi.Config(cloud).get("region") ?? "";
  if (region === "")
    problems.push({ path: `${cloud}:region`, message: `is missing: give the region, such as ${example}` });
  return region;
}

/** Parses a configuration value. The engine passes a mapping or a list as JSON, and a string as it is. */
export function parseValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** True for a key without a value: the engine passes it as an empty string or as null. */
export function isEmpty(value: string | undefined): value is undefined | "" | "null" {
  return value === undefined || value === "" || value === "null";
}
