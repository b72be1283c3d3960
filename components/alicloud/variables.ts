import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../spec";
import type { Context } from "./context";
import type { Files } from "./files";

/** What the app is told, on either compute; the user's own variables first, so that none can hide one of these. */
export function variablesOf({ name }: Context, release: Release, files: Files | undefined): Record<string, pulumi.Input<string>> {
  return {
    ...release.environment,
    SERVICE_NAME: name,
    SERVICE_VERSION: release.version,
    SERVICE_RELEASE: release.id,
    PORT: String(release.port),
    ...files?.variables,
  };
}
