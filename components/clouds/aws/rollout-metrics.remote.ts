import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { date, minute } from "../../clock.remote";
import type { MetricPeriod } from "../rollout-metrics";
import type { AlarmState, MetricCalls } from "../rollout-metrics.remote";
import { clientSettings } from "./clients.remote";

/**
 * What is read of each target group, and how the values of a period are put together.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
const metrics = [
  { MetricName: "RequestCount", Stat: "Sum" },
  { MetricName: "HTTPCode_Target_5XX_Count", Stat: "Sum" },
  { MetricName: "TargetConnectionErrorCount", Stat: "Sum" },
  { MetricName: "TargetResponseTime", Stat: "Average" },
] as const;

/** The metrics of a listener's target groups, and the region's alarms. */
export function metricCalls(region: string, listener: string): MetricCalls {
  // Whoever looks does so again soon.
  const settings = clientSettings(region, "cloudwatch");
  const client = new CloudWatchClient({
    ...settings,
    maxAttempts: 3,
    requestHandler: { ...settings.requestHandler, connectionTimeout: 5000, requestTimeout: 5000 },
  });
  return {
    async metrics(targetGroups, since) {
      const found = await dataOf(client, queriesFor(listener, targetGroups), since);
      const valuesOf = (group: number, metric: number) => valuesByTime(found.get(idOf(group, metric)));
      const values = targetGroups.map((_, group) => metrics.map((__, metric) => valuesOf(group, metric)));
      const times = [...new Set(values.flat().flatMap((byTime) => [...byTime.keys()]))].sort((one, two) => one - two);
      return times.map((start): MetricPeriod => {
        const groups = targetGroups.map((targetGroup, group) => {
          const [requests = 0, errors = 0, connections = 0, seconds] = (values[group] ?? []).map((one) =>
            one.get(start),
          );
          const latency = seconds === undefined ? undefined : seconds * 1000;
          return [targetGroup, { requests, failed: errors + connections, latency }] as const;
        });
        return { start, end: start + minute(), groups: new Map(groups) };
      });
    },
    async alarms(names) {
      const command = new DescribeAlarmsCommand({
        AlarmNames: [...names],
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        MaxRecords: 100,
      });
      const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command);
      return new Map(
        [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = "", StateValue = "" }) => [
          AlarmName,
          states[StateValue] ?? "unknown",
        ]),
      );
    },
  };
}

const states: Readonly<Record<string, AlarmState>> = { OK: "ok", ALARM: "firing" };

function idOf(group: number, metric: number): string {
  return `m${group}x${metric}`;
}

function queriesFor(listener: string, targetGroups: readonly string[]): MetricDataQuery[] {
  return targetGroups.flatMap((targetGroup, group) =>
    metrics.map(({ MetricName, Stat }, metric) => ({
      Id: idOf(group, metric),
      MetricStat: {
        Metric: {
          Namespace: "AWS/ApplicationELB",
          MetricName,
          Dimensions: [
            { Name: "LoadBalancer", Value: loadBalancerOf(listener) },
            { Name: "TargetGroup", Value: targetGroup.slice(targetGroup.lastIndexOf(":") + 1) },
          ],
        },
        Period: 60,
        Stat,
      },
    })),
  );
}

/** The load balancer of a listener's ARN as metrics name it, such as `app/web/50dc6c495c0c9188`. */
function loadBalancerOf(listener: string): string {
  return /:listener\/(app\/[^/]+\/[^/]+)\//.exec(listener)?.[1] ?? "";
}

/** The periods that ended after a time, by the ids of their queries. */
async function dataOf(client: CloudWatchClient, queries: MetricDataQuery[], since: number) {
  const found = new Map<string, MetricDataResult[]>();
  // A period belongs to the range by its beginning.
  const range = { StartTime: new Date(since - minute()), EndTime: new Date(date()) };
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const answer = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: queries, ...range, ...(token ? { NextToken: token } : {}) }),
    );
    for (const result of answer.MetricDataResults ?? [])
      // The rest of one that is not complete comes with the next page, if at all.
      if (result.StatusCode !== "Complete" && !(result.StatusCode === "PartialData" && answer.NextToken))
        throw new Error(`CloudWatch could not read ${result.Label ?? "a metric"}: ${result.StatusCode ?? "no status"}`);
      else found.set(result.Id ?? "", [...(found.get(result.Id ?? "") ?? []), result]);
    token = answer.NextToken;
  }
  return found;
}

function valuesByTime(results: readonly MetricDataResult[] = []): ReadonlyMap<number, number> {
  return new Map(
    results.flatMap(({ Timestamps = [], Values = [] }) =>
      Timestamps.map((time, index) => [time.getTime(), Values[index] ?? 0] as const),
    ),
  );
}
