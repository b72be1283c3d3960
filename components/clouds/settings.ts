import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../stack-file/problems";
import { isEmpty } from "../config-values";
import type { CloudName } from "../spec";

/** What every cloud's reader of configuration needs. */

/** Reads `<cloud>:region`. Where it is missing, adds a problem with the example and returns an empty string. */
export function readRegion(cloud: CloudName, example: string, problems: Problem[]): string {
  const region = new pulumi.Config(cloud).get("region") ?? "";
  if (region === "")
    problems.push({ path: `${cloud}:region`, message: `is missing: give the region, such as ${example}` });
  return region;
}

/**
 * Adds a problem for each key of a cloud that the provider reads and the program's own requests cannot honour.
 * `remedies` has, by key, what the user has to do instead.
 */
export function refuseKeys(cloud: CloudName, remedies: Readonly<Record<string, string>>, problems: Problem[]): void {
  const config = new pulumi.Config(cloud);
  for (const [key, remedy] of Object.entries(remedies)) {
    const value = config.get(key);
    if (isEmpty(value) || value === "false") continue;
    problems.push({
      path: `${cloud}:${key}`,
      message: `reaches the provider, and not the requests that this program makes itself: ${remedy}`,
    });
  }
}
