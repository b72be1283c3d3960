import type { Ledger } from "../components/ledger-entries";
import type { AlarmState } from "../components/clouds/rollout-metrics.remote";
import type { EarlyEnd } from "../components/clouds/rollout-early-end.remote";
import type { Deployed } from "../components/recorded-outputs";

/** A release in the load balancer's rule. */
export interface LiveShare {
  readonly targetGroup: string;
  /** The id of the release, by the target group's tag; the target group's own where it has none. */
  readonly release: string;
  /** Percent of the requests. */
  readonly weight: number;
  /** How many of its instances the load balancer finds healthy, and how many not. */
  readonly healthy: number;
  readonly others: number;
}

/** The traffic split in a cloud. */
export interface LiveSplit {
  /** The shares of the rule, as they are now. */
  read(): Promise<readonly LiveShare[]>;
  /** The states of alarms in the region, by name. One that does not exist is missing. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState>>;
  /** Sets the tag that ends the rollout of a target group's release. */
  ask(targetGroup: string, end: EarlyEnd): Promise<void>;
}

/** A release that the stack file describes, with its share in percent. */
export interface WrittenRelease {
  readonly id: string;
  readonly version: string;
  readonly weight: number;
}

/** A release of a service, in the cloud, in the stack's outputs and in its file. */
export interface ReleaseRow {
  readonly id: string;
  /** Its version; null where neither the stack's outputs nor its file, if it was read, have the release. */
  readonly version: string | null;
  /** Percent of the requests that the cloud gives it now; null where the rule does not name it. */
  readonly weight: number | null;
  /** Percent that it had at the end of the last successful update; null for a release that was not live then. */
  readonly recorded: number | null;
  /** Percent that the stack file gives it; null where the file does not describe it, or was not read. */
  readonly written: number | null;
  readonly healthy: number | null;
  readonly others: number | null;
  /** When its traffic was first recorded, in ISO 8601 and UTC; null for a release that is not in the ledger. */
  readonly passedAt: string | null;
  readonly revision: string | null;
}

/** How many instances are healthy, and how many are not if there are any. */
export function healthText({ healthy, others }: Pick<LiveShare, "healthy" | "others">): string {
  return `${healthy} healthy${others > 0 ? `, ${others} not` : ""}`;
}

/**
 * Every release that the cloud, the outputs or the stack file name: first those in the rule, then those of the file, then those of the
 * ledger, the newest first.
 */
export function rowsOf(
  live: readonly LiveShare[],
  { releases }: Pick<Deployed, "releases">,
  { entries }: Pick<Ledger, "entries">,
  file: readonly WrittenRelease[],
): ReleaseRow[] {
  const ids = [...live.map(({ release }) => release), ...[...file, ...releases, ...entries].map(({ id }) => id)];
  return [...new Set(ids)].map((id) => {
    const share = live.find(({ release }) => release === id);
    const deployed = releases.find((one) => one.id === id);
    const entry = entries.find((one) => one.id === id);
    const written = file.find((one) => one.id === id);
    return {
      id,
      version: deployed?.version ?? entry?.version ?? written?.version ?? null,
      weight: share?.weight ?? null,
      recorded: deployed?.weight ?? null,
      written: written?.weight ?? null,
      healthy: share?.healthy ?? null,
      others: share?.others ?? null,
      passedAt: entry?.passedAt ?? null,
      revision: entry?.revision ?? null,
    };
  });
}

/** The releases that are rolled out: they get requests, and had none at the end of the last successful update. */
export function rolledOut(live: readonly LiveShare[], { releases }: Pick<Deployed, "releases">): readonly LiveShare[] {
  const served = new Set(releases.filter(({ weight }) => weight > 0).map(({ id }) => id));
  return live.filter(({ release, weight }) => weight > 0 && !served.has(release));
}

/** Whether a rollout has ended as it was asked to. */
export function hasEnded(
  end: EarlyEnd,
  asked: readonly LiveShare[],
  live: readonly LiveShare[],
  { releases }: Pick<Deployed, "releases">,
): boolean {
  const weightOf = (release: string) => live.find((one) => one.release === release)?.weight ?? 0;
  if (end === "abort") return asked.every(({ release }) => weightOf(release) === 0);
  // What served before and is to serve on keeps its share: only what a new release replaces has none.
  const before = releases.filter(({ weight }) => weight > 0).map(({ id }) => id);
  return asked.some(({ release, weight }) => weightOf(release) > weight) || before.every((id) => weightOf(id) === 0);
}
