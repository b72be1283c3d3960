/** CloudMonitor's metrics of the requests that load balancers forward. */
import assert from "node:assert/strict";
import { callAction, type AlicloudDouble } from "../src";
import { codeOf, requireModels, startBalancedGroup, type Balanced, waitUntil } from "./support";

describe("Alibaba Cloud double: the metrics of a server group", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;

  before(async function () {
    requireModels(this);
    ({ double, balanced } = await startBalancedGroup());
    // Longer than the test takes: one period has all requests, unless it begins in between.
    double.world.metricPeriod = 20_000;
    double.world.delays.metrics = -20_000;
    await waitUntil(() => double.plane.send("svc", { path: "/" }).status === 200);
  });

  after(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const query = (MetricName: string, more: Record<string, string | number> = {}) =>
    callAction(double, "cms", "DescribeMetricList", {
      ...{ Namespace: "acs_alb", MetricName, Period: 60 },
      Dimensions: JSON.stringify([{ loadBalancerId: balanced.loadBalancer, serverGroupId: balanced.blue }]),
      ...more,
    });
  const points = async (name: string, more: Record<string, string | number> = {}) =>
    JSON.parse(String((await query(name, more)).body["Datapoints"])) as Record<string, unknown>[];
  /** The value of a metric in all periods together, for rates times their 60 seconds. */
  const total = async (name: string) => (await points(name)).reduce((sum, { Value }) => sum + Number(Value) * 60, 0);
  const send = (count: number) => {
    for (let number = 0; number < count; number += 1) double.plane.send("svc", { path: "/" });
  };

  it("count requests, responses by their status, and connections that failed", async () => {
    const before = await total("ServerGroupQPS");
    send(10);
    double.plane.setHandler("blue", () => ({ status: 503, milliseconds: 1 }));
    send(4);
    double.plane.setHandler("blue", () => "connection-error");
    assert.equal(double.plane.send("svc", { path: "/" }).status, 502);
    double.plane.setHandler("blue");
    assert.equal(Math.round((await total("ServerGroupQPS")) - before), 15);
    assert.equal(Math.round(await total("ServerGroupHTTPCodeUpstream5XX")), 4);
    assert.equal(Math.round(await total("ServerGroupUpstreamConnectionError")), 1);
  });

  it("have the average response time of a period, and the dimensions of the documentation", async () => {
    double.plane.setHandler("blue", () => ({ status: 200, milliseconds: 1 }));
    send(1);
    double.plane.setHandler("blue");
    const [point] = (await points("ServerGroupUpstreamResponseTime")).slice(-1);
    const { timestamp, Value, ...dimensions } = point ?? assert.fail();
    assert.equal(Value, 1);
    assert.equal(Number(timestamp) % double.world.metricPeriod, 0);
    assert.deepEqual(dimensions, {
      userId: double.world.accountId,
      loadBalancerId: balanced.loadBalancer,
      listenerProtocol: "HTTP",
      listenerPort: "80",
      serverGroupId: balanced.blue,
    });
  });

  it("are those of the time and the group that a request names, once they are published", async () => {
    assert.deepEqual(
      await points("ServerGroupQPS", {
        Dimensions: JSON.stringify([{ loadBalancerId: balanced.loadBalancer, serverGroupId: balanced.green }]),
      }),
      [],
    );
    const past = Date.now() - 100_000;
    assert.deepEqual(await points("ServerGroupQPS", { StartTime: past - 1000, EndTime: past }), []);
    double.world.delays.metrics = 1_000_000;
    assert.deepEqual(await points("ServerGroupQPS"), []);
    double.world.delays.metrics = -20_000;
    assert.notDeepEqual(await points("ServerGroupQPS"), []);
  });

  it("refuse a metric that does not exist, and a time or a resource that is none", async () => {
    assert.equal(await codeOf(query("ServerGroupErrors")), "ResourceNotFound");
    assert.equal(await codeOf(query("ServerGroupQPS", { Namespace: "acs_slb" })), "ResourceNotFound");
    const refused: Record<string, string | number>[] = [
      { Dimensions: "{}" },
      { Dimensions: JSON.stringify([{ serverGroupId: balanced.blue }]) },
      { StartTime: "yesterday" },
      { StartTime: 2000, EndTime: 1000 },
      { Period: 10 },
    ];
    for (const more of refused)
      assert.equal(await codeOf(query("ServerGroupQPS", more)), "ParameterInvalid", JSON.stringify(more));
  });
});
