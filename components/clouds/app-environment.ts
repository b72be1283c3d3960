import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../spec";

/** The variables that every app gets, on every cloud and compute. */
const appVariables = ["SERVICE_NAME", "SERVICE_VERSION", "SERVICE_RELEASE", "PORT", "KEEP_ALIVE_SECONDS"] as const;

/** The variables of the service's object storage, and of the shared file system where one is mounted. */
const filesVariables = ["FILES_BUCKET", "FILES_REGION", "FILES_ENDPOINT", "FILES_PATH"] as const;

/** Variables for the agents of an instance. */
const agentPrefix = "LOGS_";

/** The variables of a service's files. */
export type FilesVariables = Readonly<
  Record<Exclude<(typeof filesVariables)[number], "FILES_PATH">, pulumi.Input<string>> & {
    readonly FILES_PATH?: pulumi.Input<string>;
  }
>;

/**
 * The app's environment variables, the same on every cloud and compute. `files` has those of the service's object
 * storage, if any. The user's own variables are spread first, so that none of them can replace one of these.
 */
export function appEnvironment(
  name: string,
  release: Release,
  files: { readonly variables: FilesVariables } | undefined,
): Record<string, pulumi.Input<string>> {
  const own: Readonly<Record<(typeof appVariables)[number], string>> = {
    SERVICE_NAME: name,
    SERVICE_VERSION: release.version,
    SERVICE_RELEASE: release.id,
    PORT: String(release.shape.port),
    KEEP_ALIVE_SECONDS: String(release.shape.keepAliveSeconds),
  };
  return { ...release.shape.environment, ...own, ...files?.variables };
}

/**
 * How long the app keeps an idle connection, in seconds: longer than the load balancer, which would otherwise send a
 * request on a connection that the app is closing, and answer it with 502.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function keepAliveSeconds(idleTimeout: number): number {
  return idleTimeout + 15;
}

/** How many variables a release's app gets at least: a cloud may add some for its agents. */
export function variableCount({
  environment,
  secrets,
  files,
  share,
}: {
  readonly [Field in "environment" | "secrets"]: Readonly<Record<string, unknown>>;
} & { readonly files: boolean; readonly share?: unknown }): number {
  const ofFiles = (files ? filesVariables.length - 1 : 0) + (share === undefined ? 0 : 1);
  return Object.keys({ ...environment, ...secrets }).length + appVariables.length + ofFiles;
}

/** Every variable of the program's own at its longest, to measure what must fit into a limit. */
export const longestOwnVariables: Readonly<Record<string, string>> = Object.fromEntries(
  [...appVariables, ...filesVariables].map((name) => [name, "x".repeat(127)]),
);

/** Names that a service's own variables cannot have, with * for any further characters. */
export const reservedVariables: readonly string[] = [
  ...new Set(
    [...appVariables, ...filesVariables, agentPrefix].map((name) => name.replace(/^(SERVICE|FILES|LOGS)_.*$/, "$1_*")),
  ),
];
