import type { Requested, Serving } from "./clouds/cloud";
import { type Ledger, ledgerFormat, readLedger } from "./ledger-entries";
import { isMapping } from "./stack-file/values";

/*
 * What a stack's outputs say of its last successful update. Plain values only: a program reads them from its own stack, and the
 * plan from a file.
 */

/** The format of `Deployed`. A program reads no other. */
export const deployedFormat = 1;

/** What a stack deployed with its last successful update: the output `deployed` of a service. */
export interface Deployed extends Requested {
  readonly format: typeof deployedFormat;
  /** The releases that serve, as the traffic split's rule in the cloud has them. */
  readonly releases: Serving["releases"];
}

/** What a service's outputs have recorded. */
export interface RecordedOutputs {
  /** What the last successful update deployed; undefined before the first one. */
  readonly deployed: Deployed | undefined;
  /** The releases that have had traffic; undefined before the first one has. */
  readonly ledger?: Ledger | undefined;
}

/** Reads a service's outputs. Throws an Error for outputs of a newer format, and for a ledger that cannot be read. */
export function readRecorded({ deployed, releases }: Readonly<Record<string, unknown>>): RecordedOutputs {
  return { deployed: readDeployed(deployed), ledger: ledgerIn(releases) };
}

function readDeployed(deployed: unknown): Deployed | undefined {
  if (deployed === undefined || deployed === null) return undefined;
  const { format } = isMapping(deployed) ? deployed : {};
  if (format !== deployedFormat)
    throw new Error(
      `the stack's output "deployed" has format ${JSON.stringify(format)}, but this version reads format ${deployedFormat} only: ` +
        "update immutable-service",
    );
  return deployed as unknown as Deployed;
}

function ledgerIn(releases: unknown): Ledger | undefined {
  // An update that fails with --continue-on-error records outputs without those of the resources that it has not created.
  if (isMapping(releases) && (releases.entries ?? undefined) === undefined) {
    const { format = ledgerFormat } = releases;
    if (format === ledgerFormat) return undefined;
  }
  return readLedger(releases);
}

/** The ids of the releases that get traffic and have never had any, by the ledger and what was deployed last. */
export function enteringIn(
  releases: readonly { readonly id: string; readonly weight: number }[],
  { ledger, deployed }: RecordedOutputs,
): string[] {
  const known = new Set([...(ledger?.entries ?? []), ...servingBefore(deployed)].map(({ id }) => id));
  return releases.filter((release) => hasTraffic(release) && !known.has(release.id)).map(({ id }) => id);
}

/** The releases that have had traffic after the last successful update. */
export function servingBefore(deployed: Deployed | undefined): Deployed["releases"] {
  return (deployed?.releases ?? []).filter(hasTraffic);
}

/** Whether a release gets traffic. */
export function hasTraffic({ weight }: { readonly weight: number }): boolean {
  return weight > 0;
}
