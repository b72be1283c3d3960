import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../stack-file/problems";
import { isEmpty } from "../config-values";
import type { CloudName } from "../spec";
import { type Regions, checkRegion } from "./limits";

/** What every cloud's reader of configuration needs. */

/** Reads `<cloud>:region`. Where it is missing or no region of the cloud, adds a problem. */
export function readRegion(regions: Regions, problems: Problem[]): string {
  const { cloud, example } = regions;
  const region = new pulumi.Config(cloud).get("region") ?? "";
  if (region === "")
    problems.push({
      code: "missing",
      path: `${cloud}:region`,
      message: `is missing: give the region, such as ${example}`,
    });
  else problems.push(...checkRegion(region, regions));
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
      code: "unsupported-key",
      path: `${cloud}:${key}`,
      message: `reaches the provider, and not the requests that this program makes itself: ${remedy}`,
    });
  }
}
