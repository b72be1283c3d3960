import type { ServiceConfig } from "../stack-file/types";

/* What the load balancer's metrics say of the releases in a rollout. Plain values only, without a cloud. */

/** What is watched beside the health of instances, in percent, milliseconds and names. */
export type WatchSettings = NonNullable<ServiceConfig["rollout"]>["watch"];

/** The requests of a target group in a period. */
export interface Measurement {
  /** Those that the load balancer has sent to it. */
  readonly requests: number;
  /** Its responses with a status from 500 on, and the connections to it that failed. */
  readonly failed: number;
  /** The average time of its responses, in milliseconds; undefined: none was measured. */
  readonly latency: number | undefined;
}

/** A period of the metrics. */
export interface MetricPeriod {
  /** When it began and ended, in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** By target group. A group without a request may be missing. */
  readonly groups: ReadonlyMap<string, Measurement>;
}

/** The period's requests to a new release, compared with those to the releases before it. */
export interface Comparison {
  /** Why the release is bad; undefined: it is not. */
  readonly bad?: string;
  /** Whether there were enough requests to say so. */
  readonly isJudged: boolean;
  /** The figures, such as `0.4 % of 450 requests failed (before: 0.1 % of 8,550), 35 ms on average`. */
  readonly figures: string;
}

/**
 * The period of the metrics, in seconds, on both clouds.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export const metricSeconds = 60;

/** With fewer requests in a period, a release is neither good nor bad. */
export const leastRequests = 20;

/** With fewer failed requests in a period, a release is not bad: one of 20 would be five percent. */
const leastFailures = 3;

/** How many periods of the releases before are added up to compare with: a single one may be the few requests of a tail. */
const baselinePeriods = 3;

/** The share of failed requests, in percent, at which metrics are not read for it: no share is above. */
const everyRequest = 100;

/** Whether anything of the load balancer's metrics is watched. */
export function watchesMetrics({ errors, latency }: WatchSettings): boolean {
  return errors < everyRequest || latency !== undefined;
}

/** Requests, and how many of them failed. */
interface Counted {
  readonly requests: number;
  readonly failed: number;
}

/**
 * Compares a new release with those before it in each period: it is bad where its share of failed requests is above
 * `errors` and above theirs by more than that, or where its responses take longer than `latency` on average in two periods
 * in a row. Theirs is that of the last three periods in which they had enough requests, because they have none once the new
 * release has all.
 *
 * @param periods the oldest first
 * @param group its target group
 * @param before the target groups of the releases before it
 */
export function compare(
  periods: readonly MetricPeriod[],
  group: string,
  before: readonly string[],
  settings: WatchSettings,
): Comparison[] {
  const recent: Counted[] = [];
  let wasSlow = false;
  return periods.map((period) => {
    const others = added(before.flatMap((other) => period.groups.get(other) ?? []));
    if (requestsOf(others) >= leastRequests) recent.push(others);
    if (recent.length > baselinePeriods) recent.shift();
    const compared = compareOne(period, group, added(recent), settings);
    const { isJudged, figures, fails, slow } = compared;
    const bad = fails ?? (wasSlow ? slow : undefined);
    if (isJudged) wasSlow = slow !== undefined;
    return { isJudged, figures, ...(bad === undefined ? {} : { bad }) };
  });
}

function compareOne(
  { start, end, groups }: MetricPeriod,
  group: string,
  baseline: Counted,
  { errors, latency }: WatchSettings,
): { readonly isJudged: boolean; readonly figures: string; readonly fails?: string; readonly slow?: string } {
  const own = groups.get(group) ?? { requests: 0, failed: 0, latency: undefined };
  const share = shareOf(own);
  const took = own.latency === undefined ? "" : `, ${Math.round(own.latency)} ms on average`;
  const than = requestsOf(baseline) === 0 ? "" : ` (before: ${percent(shareOf(baseline))} of ${count(baseline)})`;
  const figures = `${percent(share)} of ${count(own)} requests failed${than}${took}`;
  if (requestsOf(own) < leastRequests) return { isJudged: false, figures };
  const what = `from ${time(start)} to ${time(end)} UTC, ${figures}`;
  const isFailing = own.failed >= leastFailures && share > errors && share > shareOf(baseline) + errors;
  const isSlow = latency !== undefined && own.latency !== undefined && own.latency > latency;
  return {
    ...{ isJudged: true, figures },
    ...(isFailing
      ? { fails: `${what}: more than ${errors} %, and more than ${errors} % above the releases before it` }
      : {}),
    ...(isSlow ? { slow: `${what}: more than ${latency} ms, for the second time` } : {}),
  };
}

function added(counts: readonly Counted[]): Counted {
  return { requests: sum(counts.map(requestsOf)), failed: sum(counts.map(({ failed }) => failed)) };
}

/** Metrics of requests and of failures are published one by one: a failure is a request too. */
function requestsOf({ requests, failed }: Counted): number {
  return Math.max(requests, failed);
}

function shareOf(measured: Counted): number {
  const requests = requestsOf(measured);
  return requests === 0 ? 0 : (100 * measured.failed) / requests;
}

function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}

function count(measured: Counted): string {
  return Math.round(requestsOf(measured)).toLocaleString("en-US");
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 16);
}

/** The sum of some numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
