/** The metrics of server groups and the alarm rules of CloudMonitor, as a rollout reads them. */
import assert from "node:assert/strict";
import { metricCalls } from "../../../components/clouds/alicloud/rollout-metrics.remote";
import { type Fields, ScriptedApi } from "../../support/scripted-api";

const first = Date.UTC(2026, 0, 5, 12);
const minute = 60_000;
const route = { loadBalancerId: "alb-1", listenerProtocol: "HTTP", listenerPort: "80" };

describe("the metrics of a rollout on Alibaba Cloud", () => {
  const api = ScriptedApi.forSuite();
  const calls = () => metricCalls("cn-hangzhou", api.url, () => Promise.resolve(route));

  it("are the rates of a whole minute, and count failures without a request", async () => {
    const values: Readonly<Record<string, readonly number[]>> = {
      ServerGroupQPS: [10],
      ServerGroupHTTPCodeUpstream5XX: [0.5],
      ServerGroupUpstreamConnectionError: [0.5, 1],
      ServerGroupUpstreamResponseTime: [25],
    };
    api.reply = (_, { MetricName = "", Dimensions = "" }: Fields) => {
      assert.deepEqual(JSON.parse(Dimensions), [{ ...route, serverGroupId: "sgp-1" }]);
      const datapoints = (values[MetricName] ?? []).map((Value, index) => ({
        ...{ timestamp: first + index * minute, serverGroupId: "sgp-1", Value },
      }));
      return { Code: "200", Success: true, Datapoints: JSON.stringify(datapoints) };
    };
    assert.deepEqual(
      (await calls().metrics(["sgp-1"], first)).map(({ start, end, groups }) => [
        ...[start - first, end - start],
        groups.get("sgp-1"),
      ]),
      [
        [0, minute, { requests: 600, failed: 60, latency: 25 }],
        [minute, minute, { requests: 0, failed: 60, latency: undefined }],
      ],
    );
  });

  it("are of every page, and none where no data is published", async () => {
    const page = (index: number) =>
      JSON.stringify([{ timestamp: first + index * minute, serverGroupId: "sgp-1", Value: 1 }]);
    api.reply = (_, { NextToken }: Fields) =>
      NextToken === undefined
        ? { Code: "200", Success: true, Datapoints: page(0), NextToken: "more" }
        : { Code: "200", Success: true, Datapoints: page(1) };
    assert.equal((await calls().metrics(["sgp-1"], first)).length, 2);
    api.reply = () => ({ Code: "200", Success: true, Datapoints: "" });
    assert.deepEqual(await calls().metrics(["sgp-1"], first), []);
  });

  it("have the enabled alarm rules of exactly a name, on every page", async () => {
    const rule = (RuleName: string, AlertState: string, EnableState = true) => ({ RuleName, AlertState, EnableState });
    const others = Array.from({ length: 99 }, (_, index) => rule(`on-call-${index}`, "ALARM"));
    const pages = [
      [...others, rule("on-call", "OK")],
      [rule("on-call", "ALARM"), rule("off", "OK", false)],
    ];
    api.reply = (_, { Page = "1" }: Fields) => ({
      ...{ Code: 200, Success: true, Total: "102", Alarms: { Alarm: pages[Number(Page) - 1] ?? [] } },
    });
    const states = await calls().alarms(["on-call", "off", "none"]);
    assert.deepEqual(Object.fromEntries(states), { "on-call": "firing" });
  });
});
