import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../spec";

/**
 * What the app is told, the same on every cloud and compute. `files` has the variables of its object storage, if any.
 * The user's own variables come first, so that none can hide one of these.
 */
export function variablesOf(
  name: string,
  release: Release,
  files: { readonly variables: Record<string, pulumi.Input<string>> } | undefined,
): Record<string, pulumi.Input<string>> {
  return {
    ...release.shape.environment,
    SERVICE_NAME: name,
    SERVICE_VERSION: release.version,
    SERVICE_RELEASE: release.id,
    PORT: String(release.shape.port),
    ...files?.variables,
  };
}
