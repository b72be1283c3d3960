import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../spec";

/**
 * The app's environment variables, the same on every cloud and compute. `files` has those of the service's object
 * storage, if any. The user's own variables are spread first, so that none of them can replace one of these.
 */
export function appEnvironment(
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

/** Every variable of the program's own at its longest, to measure what must fit into a limit. */
export const longestOwnVariables: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["SERVICE_NAME", "SERVICE_VERSION", "SERVICE_RELEASE", "PORT"],
    ...["FILES_BUCKET", "FILES_REGION", "FILES_ENDPOINT", "FILES_PATH"],
  ].map((name) => [name, "x".repeat(127)]),
);
