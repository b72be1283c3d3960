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

/** The share of failed requests, in percent, at which metrics are not read for it: no share is above. */
const everyRequest = 100;

/** Whether anything of the load balancer's metrics is watched. */
export function watchesMetrics({ errors, latency }: WatchSettings): boolean {
  return errors < everyRequest || latency !== undefined;
}

/** The requests to the releases before, with which those to a new one are compared. */
interface Baseline {
  readonly requests: number;
  readonly failed: number;
}

/**
 * Compares a new release with those before it in each period: it is bad where its share of failed requests is above
 * `errors` and above theirs by more than that, or where its responses take longer than `latency` on average. Where those
 * before had too few requests in the period, as when the new release has all, the last period in which they had enough counts.
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
  let baseline: Baseline = { requests: 0, failed: 0 };
  return periods.map((period) => {
    const others = before.flatMap((other) => period.groups.get(other) ?? []);
    const all = { requests: sum(others.map(requestsOf)), failed: sum(others.map(({ failed }) => failed)) };
    if (all.requests >= leastRequests) baseline = all;
    return compareOne(period, group, baseline, settings);
  });
}

function compareOne(
  { start, end, groups }: MetricPeriod,
  group: string,
  baseline: Baseline,
  { errors, latency }: WatchSettings,
): Comparison {
  const own = groups.get(group) ?? { requests: 0, failed: 0, latency: undefined };
  const share = shareOf(own);
  const took = own.latency === undefined ? "" : `, ${Math.round(own.latency)} ms on average`;
  const than = baseline.requests === 0 ? "" : ` (before: ${percent(shareOf(baseline))} of ${count(baseline)})`;
  const figures = `${percent(share)} of ${count(own)} requests failed${than}${took}`;
  const isJudged = requestsOf(own) >= leastRequests;
  if (!isJudged) return { isJudged, figures };
  const when = `from ${time(start)} to ${time(end)} UTC`;
  if (share > errors && share > shareOf(baseline) + errors)
    return {
      isJudged,
      figures,
      bad: `${when}, ${figures}: more than ${errors} %, and more than ${errors} % above the releases before it`,
    };
  if (latency !== undefined && own.latency !== undefined && own.latency > latency)
    return { isJudged, figures, bad: `${when}, ${figures}: more than ${latency} ms` };
  return { isJudged, figures };
}

/** Metrics of requests and of failures are published one by one: a failure is a request too. */
function requestsOf({ requests, failed }: Baseline): number {
  return Math.max(requests, failed);
}

function shareOf(measured: Baseline): number {
  const requests = requestsOf(measured);
  return requests === 0 ? 0 : (100 * measured.failed) / requests;
}

function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}

function count(measured: Baseline): string {
  return Math.round(requestsOf(measured)).toLocaleString("en-US");
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 16);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
