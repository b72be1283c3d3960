import { date, minute } from "../../clock.remote";
import type { MetricPeriod } from "../rollout-metrics";
import type { AlarmState, MetricCalls } from "../rollout-metrics.remote";
import { Api } from "./api.remote";

/**
 * What is read of each server group. Counts are per second, and the response time is in milliseconds.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/alb-monitoring-metrics
 */
const metrics = {
  requests: "ServerGroupQPS",
  errors: "ServerGroupHTTPCodeUpstream5XX",
  connections: "ServerGroupUpstreamConnectionError",
  latency: "ServerGroupUpstreamResponseTime",
} as const;

/** A metric's value in a period, by the period's beginning and server group. */
type Values = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** The dimensions of a server group's metrics, beside the group. */
export interface Route {
  readonly loadBalancerId: string;
  readonly listenerProtocol: string;
  readonly listenerPort: string;
}

interface MetricPage {
  readonly Datapoints?: string;
  readonly NextToken?: string;
}

interface Datapoint {
  readonly timestamp: number;
  readonly serverGroupId: string;
  readonly Value: number;
}

interface Rule {
  readonly RuleName: string;
  readonly AlertState: string;
  readonly EnableState: boolean;
}

/** Seconds for an answer: whoever looks does so again soon. */
const timeout = 5;

/** Alarm rules in a page. */
const pageSize = 100;

interface RulePage {
  readonly Alarms?: { readonly Alarm?: readonly Rule[] };
  readonly Total?: string;
}

/**
 * The metrics of a listener's server groups, and the region's alarm rules.
 *
 * @param monitoring the endpoint of CloudMonitor
 * @param route reads the listener's dimensions
 */
export function metricCalls(region: string, monitoring: string, route: () => Promise<Route>): MetricCalls {
  const api = new Api("cms", monitoring, { RegionId: region });
  let known: Promise<Route> | undefined;
  return {
    async metrics(serverGroups, since) {
      known ??= route();
      const dimensions = await known.then((one) => serverGroups.map((serverGroupId) => ({ ...one, serverGroupId })));
      const read = (name: string) => valuesOf(api, name, dimensions, since);
      const [requests, errors, connections, latency] = await Promise.all([
        read(metrics.requests),
        read(metrics.errors),
        read(metrics.connections),
        read(metrics.latency),
      ]);
      const times = [requests, errors, connections, latency].flatMap((values) => [...values.keys()]);
      return [...new Set(times)]
        .sort((one, two) => one - two)
        .map((start): MetricPeriod => {
          const of = (values: Values, group: string) => values.get(start)?.get(group);
          const groups = serverGroups.map((group) => {
            const perSecond = (of(errors, group) ?? 0) + (of(connections, group) ?? 0);
            const counts = { requests: (of(requests, group) ?? 0) * 60, failed: perSecond * 60 };
            return [group, { ...counts, latency: of(latency, group) }] as const;
          });
          return { start, end: start + minute(), groups: new Map(groups) };
        });
    },
    async alarms(names) {
      const found = await Promise.all(names.map((name) => rulesNamed(api, name)));
      return new Map(found.flatMap((states, index) => (states === undefined ? [] : [[names[index] ?? "", states]])));
    },
  };
}

async function valuesOf(api: Api, name: string, dimensions: readonly object[], since: number): Promise<Values> {
  const values = new Map<number, Map<string, number>>();
  const query = {
    Namespace: "acs_alb",
    MetricName: name,
    Period: "60",
    // The beginning of the range does not belong to it, and a period belongs to it by its own.
    StartTime: String(Math.floor(since - minute()) - 1),
    EndTime: String(Math.floor(date())),
    Dimensions: JSON.stringify(dimensions),
  };
  for (const { Datapoints = "[]" } of await api.pages<MetricPage>("DescribeMetricList", query, "once"))
    for (const { timestamp, serverGroupId, Value } of JSON.parse(Datapoints || "[]") as Datapoint[])
      values.set(timestamp, (values.get(timestamp) ?? new Map<string, number>()).set(serverGroupId, Value));
  return values;
}

/** The state of the enabled rules with a name, of which there may be several; undefined: there is none. */
async function rulesNamed(api: Api, name: string): Promise<AlarmState | undefined> {
  const rules: Rule[] = [];
  for (let page = 1, total = 1; (page - 1) * pageSize < total; page += 1) {
    const query = { RuleName: name, Page: String(page), PageSize: String(pageSize) };
    const { Alarms, Total = "0" } = await api.once<RulePage>("DescribeMetricRuleList", query, timeout);
    // A rule is found by a part of its name too.
    rules.push(...(Alarms?.Alarm ?? []).filter(({ RuleName, EnableState }) => RuleName === name && EnableState));
    total = Number(Total);
  }
  const has = (state: string) => rules.some(({ AlertState }) => AlertState === state);
  return rules.length === 0 ? undefined : has("ALARM") ? "firing" : has("OK") ? "ok" : "unknown";
}
