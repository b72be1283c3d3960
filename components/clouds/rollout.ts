import type { ServiceConfig } from "../stack-file/types";
import { metricSeconds, sum, watchesMetrics } from "./rollout-metrics";
import { settleSeconds } from "./timings";

/* What a rollout does, and when. Plain values only: the plan prints them, and the dynamic provider follows them. */

/**
 * Target groups among which a rule can share requests; Alibaba Cloud allows as many as AWS.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
export const mostGroups = 5;

/** The settings of a rollout, in percent and seconds. */
export type RolloutSettings = NonNullable<ServiceConfig["rollout"]>;

/** A split of the requests: the weights of target groups, which add up to 100. */
export type Split = ReadonlyMap<string, number>;

/** The weight of a target group. */
interface Weighted {
  readonly targetGroup: string;
  readonly weight: number;
}

/** The weights of shares by target group. */
export function weightsOf(shares: readonly Weighted[]): Split {
  return new Map(shares.map(({ targetGroup, weight }) => [targetGroup, weight]));
}

/** Whether two splits have the same weights for the same target groups. */
export function areEqual(one: Split, other: Split): boolean {
  return one.size === other.size && [...one].every(([group, weight]) => other.get(group) === weight);
}

/** One step of a rollout. */
export interface RolloutStep {
  /** The share of its requests that each new release has, in percent. */
  readonly percent: number;
  /** Seconds for which the new releases are watched. */
  readonly seconds: number;
  /** Seconds for which they are watched at most: longer where the metrics cannot judge them by then. */
  readonly mostSeconds: number;
}

/**
 * Seconds after which the first whole period of the metrics since a step is published: at most a period until it begins,
 * itself, and a third one until its data is complete. It may be two minutes later than that.
 */
const firstPeriod = { usually: 3 * metricSeconds, atMost: 5 * metricSeconds };

/** Seconds by which a step is lengthened at most. */
const mostLengthened = 600;

/** Seconds between two looks at the instances of the new releases, and between two at their metrics and alarms. */
export const lookEvery = { health: 5, metrics: 15 };

/**
 * Seconds from the moment at which a release turns bad until those before it have all requests again, at most: what finds it
 * needs a whole period of the metrics, or the load balancer's failed checks.
 */
export function backSeconds({ watch }: RolloutSettings, unhealthyAfter: number): number {
  const byHealth = unhealthyAfter + lookEvery.health;
  const byMetrics = watchesMetrics(watch) ? firstPeriod.usually + lookEvery.metrics : 0;
  return Math.max(byHealth, byMetrics) + settleSeconds;
}

/** The steps of a rollout, the last of which is the bake, with all requests. */
export function stepsOf({ steps, pause, bake, watch }: RolloutSettings): RolloutStep[] {
  const step = (percent: number, seconds: number) => {
    const more =
      seconds === 0 || !watchesMetrics(watch)
        ? 0
        : Math.min(mostLengthened, Math.max(seconds, firstPeriod.atMost - seconds));
    return { percent, seconds, mostSeconds: seconds + more };
  };
  return [...steps.map((percent) => step(percent, pause)), step(100, bake)];
}

/** Seconds that a rollout takes at most; 0 without one. */
export function mostSeconds(rollout: RolloutSettings | undefined): number {
  return rollout === undefined ? 0 : sum(stepsOf(rollout).map((step) => step.mostSeconds));
}

/**
 * The split at a step: the new releases have so many percent of their weight, and what served before has the rest, in
 * the proportions that it had. At 0 percent that is everything, and at 100 percent it is the wanted split. Only groups
 * that get requests are in it: a rule has few places.
 *
 * @param before what served before, by target group
 * @param shares the wanted shares
 * @param entering the ids of the new releases
 */
export function splitAt(
  percent: number,
  before: Split,
  shares: readonly (Weighted & { readonly release: string })[],
  entering: readonly string[],
): Split {
  if (percent >= 100) return withRequests(weightsOf(shares));
  const fresh = shares.filter(({ release }) => entering.includes(release));
  // Load balancers have whole weights, and none would be no step at all.
  const least = percent > 0 ? 1 : 0;
  const given = fresh
    .filter(({ weight }) => weight > 0)
    .map(({ targetGroup, weight }) => [targetGroup, Math.max(least, Math.round((weight * percent) / 100))] as const);
  const old = [...before].filter(([group]) => fresh.every(({ targetGroup }) => targetGroup !== group));
  const parts = proportional(
    100 - sum(given.map(([, weight]) => weight)),
    old.map(([, weight]) => weight),
  );
  return withRequests([...old.map(([group], index) => [group, parts[index] ?? 0] as const), ...given]);
}

/** The target groups that get requests. */
export function withRequests(weights: Iterable<readonly [group: string, weight: number]>): Split {
  return new Map([...weights].filter(([, weight]) => weight > 0));
}

/**
 * The target groups that serve: of those that get requests, the ones that the last successful update has set. What an interrupted
 * update has put into the rule besides does not count, unless it has everything.
 */
export function servingIn(live: Split, last: Split): Split {
  const serving = withRequests(live);
  const known = new Map([...serving].filter(([group]) => last.has(group)));
  return known.size > 0 ? known : serving;
}

/** Divides a whole number in the proportions of some weights, into whole numbers that add up to it. */
function proportional(whole: number, weights: readonly number[]): number[] {
  const all = sum(weights);
  const exact = weights.map((weight) => (all === 0 ? 0 : (whole * weight) / all));
  const parts = exact.map(Math.floor);
  const left = all === 0 ? 0 : whole - sum(parts);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((one, other) => other.remainder - one.remainder);
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
