import type { ActionGroup } from "../protocol/action";
import type { Fields } from "../protocol/fields";
import { Refusal } from "../refusal";
import type { Counts } from "../traffic";

/**
 * CloudMonitor: the metrics of ALB by server group. A period without a request has no data.
 * https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetriclist
 */
export const metrics: ActionGroup = {
  service: "cms",
  actions: {
    DescribeMetricList({ fields, world }) {
      const value = valueOf(fields);
      const wanted = dimensionsOf(fields);
      const { end, start } = rangeOf(fields);
      const published = Date.now() - world.delays.metrics;
      // The end of the range belongs to it, the start does not.
      const found = world.traffic.where(
        (period) =>
          period.start > start &&
          period.start <= end &&
          period.start + world.metricPeriod <= published &&
          wanted.some((dimensions) => matches({ ...period.route }, dimensions)),
      );
      const datapoints = found.map(({ start: timestamp, route, counts }) => ({
        ...{ timestamp, userId: world.accountId, ...route, listenerPort: String(route.listenerPort) },
        Value: value(counts),
      }));
      return { Code: "200", Success: true, Period: String(periodSeconds), Datapoints: JSON.stringify(datapoints) };
    },
    // https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetricrulelist
    DescribeMetricRuleList({ fields, world }) {
      const [page, size] = [Number(fields.string("Page") ?? 1), Number(fields.string("PageSize") ?? 10)];
      const wanted = fields.string("RuleName") ?? "";
      // A rule is found by a part of its name.
      const found = [...world.alarms].filter(([name]) => name.includes(wanted));
      const Alarm = found.slice((page - 1) * size, page * size).map(([name, state]) => ({
        ...{ RuleId: `rule-${name}`, RuleName: name, AlertState: state, EnableState: true },
      }));
      return { Code: 200, Success: true, Total: String(found.length), Alarms: { Alarm } };
    },
  },
};

/** A period in the API. Tests may let it pass faster: the rates are those of a whole minute even so. */
const periodSeconds = 60;

/**
 * The metrics of a server group. Their unit is a count per second, for response times milliseconds.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/alb-monitoring-metrics
 */
const values: Readonly<Record<string, (counts: Counts) => number>> = {
  ServerGroupQPS: ({ requests }) => requests / periodSeconds,
  ServerGroupUpstreamConnectionError: ({ connectionErrors }) => connectionErrors / periodSeconds,
  ServerGroupUpstreamResponseTime: ({ responseTime, requests, connectionErrors }) =>
    responseTime / Math.max(1, requests - connectionErrors),
  ...Object.fromEntries(
    [2, 3, 4, 5].map((digit) => [
      `ServerGroupHTTPCodeUpstream${digit}XX`,
      ({ statuses }: Counts) => (statuses[digit] ?? 0) / periodSeconds,
    ]),
  ),
};

function valueOf(fields: Fields): (counts: Counts) => number {
  const [namespace, name, period] = [
    fields.string("Namespace"),
    fields.string("MetricName") ?? "",
    fields.string("Period"),
  ];
  const value = values[name];
  // What CloudMonitor answers to a metric that it does not have is not documented.
  if (namespace !== "acs_alb" || value === undefined)
    throw new Refusal("ResourceNotFound", `The metric ${name} of ${namespace ?? "no namespace"} does not exist.`, 404);
  if (period !== undefined && period !== String(periodSeconds))
    throw new Refusal("ParameterInvalid", `The double has periods of ${periodSeconds} s only.`, 400);
  return value;
}

/** The resources whose data is wanted: at most 50, each with the dimensions that have to match. */
function dimensionsOf(fields: Fields): readonly Readonly<Record<string, unknown>>[] {
  const sent = fields.string("Dimensions") ?? "[]";
  const invalid = () =>
    new Refusal("ParameterInvalid", "Dimensions must be a JSON list of mappings, with the load balancer's id.", 400);
  let parsed: unknown;
  try {
    parsed = JSON.parse(sent);
  } catch {
    throw invalid();
  }
  const list = (Array.isArray(parsed) ? parsed : []) as Readonly<Record<string, unknown>>[];
  if (list.length === 0 || list.length > 50 || list.some(({ loadBalancerId }) => loadBalancerId === undefined))
    throw invalid();
  return list;
}

/** The range, in milliseconds since 1970. Default: the last hour. */
function rangeOf(fields: Fields): { readonly start: number; readonly end: number } {
  const time = (name: string, otherwise: number) => {
    const text = fields.string(name);
    if (text === undefined) return otherwise;
    const milliseconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isNaN(milliseconds)) throw new Refusal("ParameterInvalid", `${name} is no time: ${text}`, 400);
    return milliseconds;
  };
  const end = time("EndTime", Date.now());
  const start = time("StartTime", end - 3_600_000);
  if (start >= end) throw new Refusal("ParameterInvalid", "StartTime must be earlier than EndTime.", 400);
  return { start, end };
}

function matches(route: Readonly<Record<string, unknown>>, dimensions: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(dimensions).every(([name, value]) => String(route[name]) === String(value));
}
