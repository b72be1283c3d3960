import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { now } from "./clock.remote";
import {
  type Ledger,
  type LiveRelease,
  type Overrides,
  type Passing,
  type ShapeValues,
  readLedger,
  recordReleases,
} from "./ledger-entries";
import type { Created, Updated } from "./remote";

/** The inputs of a ledger. */
export interface Inputs {
  /** The releases that get traffic, the current one first. */
  readonly releases: readonly LiveRelease[];
  /** Their values that are outputs of other resources. A secret. */
  readonly liveValues: ShapeValues;
  /** The ids of the releases that the traffic split has read back with a share. */
  readonly serving: readonly string[];
  /** Those of them that pass a freeze by an override. Default: none. */
  readonly overrides?: Overrides;
}

/** The outputs of a ledger. */
export interface Outputs extends Pick<Inputs, "releases"> {
  readonly format: Ledger["format"];
  readonly entries: Ledger["entries"];
  /** A secret. */
  readonly values: Ledger["values"];
}

/** Begins the ledger. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  return { id: "releases", outs: await recorded(undefined, inputs) };
}

/** Enters the releases that are not in it yet. */
export async function update(
  _id: string,
  { format, entries, values }: Partial<Outputs>,
  inputs: Inputs,
): Promise<Updated<Outputs>> {
  return { outs: await recorded(readLedger({ format, entries, values }), inputs) };
}

async function recorded(before: Ledger | undefined, inputs: Inputs): Promise<Outputs> {
  const { releases, liveValues, serving, overrides } = inputs;
  const missing = releases.filter(({ id }) => !serving.includes(id)).map(({ id }) => id);
  if (missing.length > 0)
    throw new Error(
      `${missing.join(" and ")} did not enter the ledger of releases, because the traffic split was not set. ` +
        "Run the update without --exclude and --target of the traffic split.",
    );
  return { releases, ...recordReleases(before, releases, liveValues, await passingNow(), overrides) };
}

async function passingNow(): Promise<Passing> {
  return { passedAt: new Date(now()).toISOString(), revision: await revision() };
}

/** The Git revision of the tree that the program runs in; null outside Git, and where git does not run. */
async function revision(): Promise<string | null> {
  // A Git hook's variables would name the repository of the hook.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "--verify", "HEAD"], { env, timeout: 10_000 });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
