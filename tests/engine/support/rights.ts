/** The rights that docs/rights.md lists, compared with the requests that were made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./toolchain";

/** The services whose rights have another prefix than the service, or that need none. */
const prefixes: Readonly<Record<string, string | undefined>> = {
  bss: "bssapi",
  location: undefined,
  resourcemanager: "ram",
  sts: undefined,
  // Their rights have other names than their requests.
  s3: undefined,
  elasticfilesystem: undefined,
  oss: undefined,
  sls: undefined,
};

/** The rights that requests need and the document lacks. */
export function missingRights(calls: readonly { readonly service: string; readonly action: string }[]): string[] {
  const listed = listedRights(readFileSync(join(repository, "docs/rights.md"), "utf8"));
  const needed = calls.flatMap(({ service, action }) => {
    const prefix = service in prefixes ? prefixes[service] : service;
    return prefix === undefined ? [] : [`${prefix}:${action}`];
  });
  return [...new Set(needed)].filter((right) => !listed.has(right)).sort();
}

/** Every right in a text: `ess:CreateScalingGroup`, and each of `ess:{CreateScalingGroup,DeleteScalingGroup}`. */
export function listedRights(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/`([a-z0-9-]+):(?:\{([^}]*)\}|([A-Za-z0-9]+))`/g)].flatMap(([, service = "", many, one]) =>
      (many ?? one ?? "").split(",").map((action) => `${service}:${action.trim()}`),
    ),
  );
}
