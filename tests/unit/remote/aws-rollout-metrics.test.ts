/** The metrics of target groups and the alarms of CloudWatch, as a rollout reads them. */
import assert from "node:assert/strict";
import { CloudWatchClient, type MetricDataQuery, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { metricCalls } from "../../../components/clouds/aws/rollout-metrics.remote";
import { type Replies, answerCommands } from "../../support/aws-commands";

const arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012";
const group = `${arn}:targetgroup/web-1-1-0/73e2d6bc24d8a067`;
const first = Date.UTC(2026, 0, 5, 12);
const minute = 60_000;

interface Input {
  readonly MetricDataQueries: readonly MetricDataQuery[];
  readonly NextToken?: string;
}

describe("the metrics of a rollout on AWS", () => {
  let replies: Replies = {};
  const recorded = answerCommands([CloudWatchClient], () => replies);
  const read = () =>
    metricCalls("us-east-1", `${arn}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2`).metrics([group], first);

  /** Replies with the values of the metrics by their names, one for each minute since the first. */
  const values =
    (byName: Readonly<Record<string, readonly number[]>>, more: Partial<MetricDataResult> = {}) =>
    ({ MetricDataQueries: queries }: Input) => ({
      MetricDataResults: queries.map(({ Id, MetricStat: { Metric: { MetricName = "" } = {} } = {} }) => {
        const found = byName[MetricName] ?? [];
        return {
          ...{ Id, Label: MetricName, StatusCode: "Complete", Values: [...found] },
          Timestamps: found.map((_, index) => new Date(first + index * minute)),
          ...more,
        };
      }),
    });

  it("are requests, failures of both kinds, and milliseconds, for each minute", async () => {
    replies = {
      GetMetricData: values({
        RequestCount: [100, 200],
        HTTPCode_Target_5XX_Count: [2],
        TargetConnectionErrorCount: [1, 3],
        TargetResponseTime: [0.025, 0.5],
      }),
    };
    assert.deepEqual(
      (await read()).map(({ start, end, groups }) => [start - first, end - start, groups.get(group)]),
      [
        [0, minute, { requests: 100, failed: 3, latency: 25 }],
        [minute, minute, { requests: 200, failed: 3, latency: 500 }],
      ],
    );
    const [{ input } = assert.fail()] = recorded.sent;
    const [query] = (input as unknown as Input).MetricDataQueries;
    assert.deepEqual(query?.MetricStat?.Metric?.Dimensions, [
      { Name: "LoadBalancer", Value: "app/web/50dc6c495c0c9188" },
      { Name: "TargetGroup", Value: "targetgroup/web-1-1-0/73e2d6bc24d8a067" },
    ]);
  });

  it("are of every page", async () => {
    const pages = [values({ RequestCount: [10] }), values({ HTTPCode_Target_5XX_Count: [1] })];
    replies = {
      GetMetricData: (input: Input) =>
        input.NextToken === undefined ? { ...pages[0]?.(input), NextToken: "more" } : (pages[1]?.(input) ?? {}),
    };
    assert.deepEqual((await read())[0]?.groups.get(group), { requests: 10, failed: 1, latency: undefined });
    assert.equal(recorded.sent.length, 2);
  });

  for (const StatusCode of ["InternalError", "Forbidden", "PartialData"] as const)
    it(`are an error where CloudWatch says ${StatusCode} of one`, async () => {
      replies = { GetMetricData: values({ RequestCount: [100] }, { StatusCode }) };
      await assert.rejects(read(), new RegExp(`CloudWatch could not read RequestCount: ${StatusCode}`));
    });

  it("have alarms of both kinds by their states; one that does not exist is missing", async () => {
    replies = {
      DescribeAlarms: () => ({
        MetricAlarms: [
          { AlarmName: "a", StateValue: "OK" },
          { AlarmName: "b", StateValue: "INSUFFICIENT_DATA" },
        ],
        CompositeAlarms: [{ AlarmName: "c", StateValue: "ALARM" }],
      }),
    };
    const states = await metricCalls("us-east-1", "").alarms(["a", "b", "c", "d"]);
    assert.deepEqual(Object.fromEntries(states), { a: "ok", b: "unknown", c: "firing" });
  });
});
