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

/**
 * Throws unless the listener's rule has the requested weights, each written as the target group, `=` and a percentage.
 */
export function expectShares(live: readonly string[], requested: readonly string[]): void {
  const [actual, expected] = [[...live].sort(), [...requested].sort()];
  if (actual.join() === expected.join()) return;
  throw new Error(
    `the traffic split in the cloud is ${actual.join(" and ")}, but ${expected.join(" and ")} was requested. ` +
      "An update of the rule failed, or somebody changed it. Nothing was deleted; run pulumi up --refresh.",
  );
}
