import * as pulumi from "@pulumi/pulumi";
import type { Requested, Serving } from "./clouds/cloud";
import { messageOf } from "./error-message";
import { type Ledger, ledgerFormat, readLedger } from "./ledger-entries";
import { isMapping } from "./stack-file/values";

/** The format of `Deployed`. A program reads no other. */
export const deployedFormat = 1;

/** What a stack deployed with its last successful update: the output `deployed` of a service. */
export interface Deployed extends Requested {
  readonly format: typeof deployedFormat;
  /** The releases that serve, as the traffic split's rule in the cloud has them. */
  readonly releases: Serving["releases"];
}

/** A resource in the stack's state. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a stack knows of itself before an update: its last outputs, and the resources in its state. */
export interface LastOutputs {
  /** What the last successful update deployed; undefined before the first one. */
  readonly deployed: Deployed | undefined;
  /** The releases that have had traffic; undefined before the first one has. */
  readonly ledger?: Ledger | undefined;
  /** Everything in the state: after an interrupted update, also what that one created. */
  readonly resources: readonly RecordedResource[];
  /** Whether an offline plan runs the program: it knows no ledger, so any release seems to be new. Default: no. */
  readonly offline?: boolean;
}

/**
 * Reads the last outputs of the running program's own stack. `output` names the output that has a service's `outputs`;
 * undefined: the service's outputs are the stack's own. A failed or interrupted update leaves the outputs as they were.
 * Throws a RunError for outputs of a newer format, and for a ledger that cannot be read.
 */
export async function lastOutputs(output?: string): Promise<LastOutputs> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // The engine answers this call itself, in a preview too; no cloud and no credentials are needed.
  const reply: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const { outputs: recorded, offline } = mapping(reply);
  const resources = Object.entries(mapping(recorded)).map(([urn, resource]) => {
    const { type, outputs } = mapping(resource);
    return { urn, type: typeof type === "string" ? type : "", outputs: mapping(outputs) };
  });
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const { deployed, releases } = output === undefined ? stack : mapping(stack[output]);
  return {
    deployed: readDeployed(deployed),
    ledger: ledgerIn(releases),
    resources,
    ...(offline === true ? { offline } : {}),
  };
}

function readDeployed(deployed: unknown): Deployed | undefined {
  if (deployed === undefined || deployed === null) return undefined;
  const { format } = mapping(deployed);
  if (format !== deployedFormat)
    throw new pulumi.RunError(
      `the stack's output "deployed" has format ${JSON.stringify(format)}, but this version reads format ${deployedFormat} only: ` +
        "update immutable-service",
    );
  return deployed as Deployed;
}

function ledgerIn(releases: unknown): Ledger | undefined {
  const { format = ledgerFormat, entries } = mapping(releases);
  // An update that fails with --continue-on-error records outputs without those of the resources that it has not created.
  if (isMapping(releases) && entries === undefined && format === ledgerFormat) return undefined;
  try {
    return readLedger(releases);
  } catch (error) {
    throw new pulumi.RunError(messageOf(error));
  }
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}
