/**
 * The metrics that Application Load Balancers publish to CloudWatch, from the requests that a test plays. CloudWatch adds up what it
 * gets in periods of 60 seconds; a test may let them pass faster.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
import { type Answer, type AwsCall, jsonError } from "./aws-call";

/** What became of a target group's requests. */
export interface PlayedCounts {
  readonly requests: number;
  /** Responses with a status from 500 on. */
  readonly errors: number;
  readonly connectionErrors: number;
  /** Of all responses together. */
  readonly seconds: number;
}

interface Query {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** The value of a metric in a period, by its name and the way in which values are put together; undefined: nothing is published. */
const values: Readonly<Record<string, (counts: PlayedCounts) => number | undefined>> = {
  "RequestCount Sum": ({ requests }) => requests,
  // Published only where there are any.
  "HTTPCode_Target_5XX_Count Sum": ({ errors }) => (errors === 0 ? undefined : errors),
  "TargetConnectionErrorCount Sum": ({ connectionErrors }) => (connectionErrors === 0 ? undefined : connectionErrors),
  "TargetResponseTime Average": ({ requests, connectionErrors, seconds }) =>
    requests === connectionErrors ? undefined : seconds / (requests - connectionErrors),
};

/** The metrics of every load balancer. */
export class BalancerMetrics {
  /** Milliseconds of a period, which is a minute in the API, and from its end until its data is published. */
  period = 60_000;
  delay = 60_000;
  /** Whether CloudWatch answers nothing but errors. */
  isDown = false;
  private readonly counts = new Map<string, Map<number, PlayedCounts>>();

  /**
   * Counts requests now.
   *
   * @param loadBalancer as metrics name it, such as app/web/50dc6c495c0c9188
   * @param targetGroup as metrics name it, such as targetgroup/web/73e2d6bc24d8a067
   */
  count(loadBalancer: string, targetGroup: string, counts: PlayedCounts): void {
    const key = `${loadBalancer} ${targetGroup}`;
    const periods = this.counts.get(key) ?? new Map<number, PlayedCounts>();
    this.counts.set(key, periods);
    const start = Math.floor(Date.now() / this.period) * this.period;
    const before = periods.get(start) ?? { requests: 0, errors: 0, connectionErrors: 0, seconds: 0 };
    periods.set(start, {
      requests: before.requests + counts.requests,
      errors: before.errors + counts.errors,
      connectionErrors: before.connectionErrors + counts.connectionErrors,
      seconds: before.seconds + counts.seconds,
    });
  }

  /** Whether this answers a call. */
  answers({ service, action }: AwsCall): boolean {
    return service === "monitoring" && action === "GetMetricData";
  }

  /** Answers a call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
  answer({ parameters }: AwsCall): Answer {
    if (this.isDown) return jsonError(500, "InternalServiceFault", "the test's CloudWatch is down");
    const {
      MetricDataQueries: queries = [],
      StartTime: from,
      EndTime: to,
    } = parameters as {
      readonly MetricDataQueries?: readonly Query[];
      readonly StartTime?: number;
      readonly EndTime?: number;
    };
    const ids = queries.map(({ Id }) => Id);
    if (from === undefined || to === undefined || from >= to)
      return jsonError(400, "ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
    if (new Set(ids).size < ids.length || !ids.every((id) => /^[a-z][a-zA-Z0-9_]*$/.test(id)))
      return jsonError(400, "ValidationError", "The values for parameter id in MetricDataQueries are not valid.");
    const results = queries.map((query) => this.resultOf(query, from * 1000, to * 1000));
    const body = JSON.stringify({ MetricDataResults: results, Messages: [] });
    return { status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body };
  }

  private resultOf({ Id, MetricStat }: Query, from: number, to: number) {
    const dimension = (name: string) =>
      MetricStat?.Metric.Dimensions?.find(({ Name }) => Name === name)?.Value ?? `without ${name}`;
    const counts = this.counts.get(`${dimension("LoadBalancer")} ${dimension("TargetGroup")}`) ?? new Map();
    const { Metric: { Namespace = "", MetricName = "" } = {}, Period, Stat = "" } = MetricStat ?? {};
    const value = Namespace === "AWS/ApplicationELB" && Period === 60 ? values[`${MetricName} ${Stat}`] : undefined;
    if (value === undefined)
      throw new Error(`the double has no ${Stat} of ${Namespace} ${MetricName}, ${Period ?? 0} s`);
    // The newest first, as CloudWatch has them by default.
    const found = [...(counts as ReadonlyMap<number, PlayedCounts>)]
      .filter(([start]) => start >= from && start < to && start + this.period + this.delay <= Date.now())
      .sort(([one], [two]) => two - one)
      .flatMap(([start, period]) => {
        const published = value(period);
        return published === undefined ? [] : [[start / 1000, published] as const];
      });
    return {
      ...{ Id, Label: MetricName, StatusCode: "Complete" },
      ...{ Timestamps: found.map(([time]) => time), Values: found.map(([, published]) => published) },
    };
  }
}
