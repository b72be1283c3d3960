import type { Bounds, ScheduledBounds } from "./bounds-in-force";
import { weightsOf } from "./rollout";
import type { Servers } from "./start-size.remote";

/**
 * What the remote modules of every cloud report when a release's instances or the traffic split are not as they should
 * be.
 */

/** A server group whose instances are not healthy in time. */
export interface Unhealthy {
  readonly group: string;
  readonly healthy: number;
  readonly required: number;
  /** When the wait ended, such as "after 280 s". */
  readonly ended: string;
  /** What the cloud gives as reasons. Empty ones and repetitions are left out. */
  readonly reasons: readonly string[];
}

/** The error for it, with the first three reasons. */
export function unhealthyError({ group, healthy, required, ended, reasons }: Unhealthy): Error {
  const distinct = [...new Set(reasons.filter((reason) => reason !== ""))].slice(0, 3).join("; ");
  return new Error(
    `${group} has ${healthy} healthy instances of ${required} ${ended}${distinct === "" ? "" : ` (${distinct})`}. ` +
      "The traffic split was not changed. The next update waits again; to go back to the old release, revert the change " +
      "and update.",
  );
}

/** A release's share of the requests, as a traffic rule gets it. */
export interface Share {
  /** The release's id. */
  readonly release: string;
  readonly version: string;
  readonly image: string;
  readonly targetGroup: string;
  /** In percent. */
  readonly weight: number;
  /** The outputs of the checks that the release has passed; one that the update left out has none. */
  readonly passed: readonly (string | null | undefined)[];
  /** Its instances; absent in what an earlier version recorded. */
  readonly servers?: Servers | undefined;
  /** Seconds that its instances have at most until they are healthy. Default: none. */
  readonly startWithin?: number | undefined;
  /** The stack file's bounds, and the schedules that set others; absent in what an earlier version recorded. */
  readonly bounds?: (Bounds & { readonly schedules: readonly ScheduledBounds[] }) | undefined;
  /** Whether it served before and is kept without traffic: its group holds its size itself. Default: no. */
  readonly kept?: boolean | undefined;
}

/** The inputs of a traffic rule that are the same on every cloud. */
export interface TrafficInputs<Requested> {
  /** What each release gets, the current one first. */
  readonly shares: readonly Share[];
  /** The service's address. */
  readonly url: string;
  /** What the update asks for. With another one, the rule is read and set again. */
  readonly requested: Requested;
}

/** What a traffic rule remembers beside what a refresh reads. */
export interface WithLastSplit {
  /** The weights by target group that the last successful update has set. A refresh leaves them as they are. */
  readonly lastSplit: Readonly<Record<string, number>>;
}

/** The split that the last successful update has set; an earlier version recorded the shares alone. */
export function lastSplitOf({
  lastSplit,
  shares = [],
}: Partial<WithLastSplit & { readonly shares: readonly Share[] }>): ReadonlyMap<string, number> {
  return lastSplit === undefined ? weightsOf(shares) : new Map(Object.entries(lastSplit));
}

/** What a traffic rule has read from the cloud. It is `Serving` of the port. */
export interface ReadServing<Requested> {
  readonly url: string;
  readonly requested: Requested;
  readonly releases: readonly {
    readonly id: string;
    readonly version: string;
    readonly image: string;
    readonly weight: number;
  }[];
}

/**
 * Throws for a release whose check is missing: `--exclude` of a gate must not move the traffic to a release untested.
 */
export function refuseUnchecked(shares: readonly Share[]): void {
  const unchecked = shares.filter(({ passed }) =>
    passed.some((one) => one === undefined || one === null || one === ""),
  );
  if (unchecked.length === 0) return;
  throw new Error(
    `the traffic was not moved: ${unchecked.map(({ release }) => release).join(" and ")} has not passed its checks. ` +
      "Run the update without --exclude and --target of a gate or a wait.",
  );
}

/** Matches the rule's shares, by target group in percent, with the releases. Throws unless they are as requested. */
export function servingOf<Requested>(
  { url, shares, requested }: TrafficInputs<Requested>,
  live: ReadonlyMap<string, number>,
): ReadServing<Requested> {
  const text = (parts: readonly (readonly [string, number])[]) =>
    parts.map(([targetGroup, weight]) => `${targetGroup}=${weight}`).sort();
  const [actual, expected] = [
    text([...live]),
    text(shares.map(({ targetGroup, weight }) => [targetGroup, weight] as const)),
  ];
  if (actual.join() !== expected.join())
    throw new Error(
      `the traffic split in the cloud is ${actual.join(" and ")}, but ${expected.join(" and ")} was requested. ` +
        "Nothing was deleted; the next update sets it again.",
    );
  return {
    url,
    requested,
    releases: shares.map(({ release: id, version, image, weight }) => ({ id, version, image, weight })),
  };
}
