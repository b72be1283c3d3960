import type { InstanceSpec } from "./spec";

/**
 * What decides whether a release can stay beside another one. The plan reads it from a description, without outputs.
 */
type Standing = Pick<InstanceSpec, "compute" | "files"> & {
  readonly share?: { readonly path: string } | undefined;
  readonly placement: readonly unknown[];
};

/** Why a release cannot stay beside the service's own, by what the service has; undefined: it can. */
export function unkeepable(release: Standing, current: Standing): string | undefined {
  if (release.compute !== current.compute)
    return `it runs on ${release.compute}, and the service on ${current.compute}`;
  if (release.files !== current.files || release.share?.path !== current.share?.path)
    return "the service has other files than it";
  const missing = release.placement
    .filter((place) => typeof place === "string")
    .filter((place) => !current.placement.includes(place));
  return missing.length === 0
    ? undefined
    : `the service no longer has ${missing.join(", ")}, in which it has instances`;
}
