/** Rollouts on AWS, with containers. */
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { PlayedRequests } from "./support/played-requests";
import { type RolloutCloud, metricPeriod, rollout, rolloutTests } from "./support/rollout-suite";
import { SimulatedReleases } from "./support/simulated-releases";
import { World } from "./support/world";

describe("engine: rollouts on AWS", () => {
  const simulated = new SimulatedReleases();
  let cloud: RolloutCloud;

  World.forSuite({ docker: false }, async (world) => {
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    const reader = new Cloud(world.emulator, world.gateway);
    const stack = await world.stack({
      name: "web",
      compute: "container",
      version: "1.0.0",
      image: `registry.test/app@sha256:${"1".repeat(64)}`,
      instances: { min: 2, max: 6 },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
      gate: { url: simulated.url, answers: 1, within: 50 },
      rollout,
    });
    const { metrics } = world.gateway;
    Object.assign(metrics, { period: metricPeriod, delay: metricPeriod });
    const requests = new PlayedRequests();
    requests.start(
      () => reader.split("web"),
      async ({ release, requests: sent, errors, milliseconds }) => {
        const { RuleArn = "", Actions: [action] = [] } = (await reader.splitRule("web")) ?? {};
        const groups = action?.ForwardConfig?.TargetGroups ?? [];
        // Groups are named after their releases.
        const group = groups.find(({ TargetGroupArn = "" }) => TargetGroupArn.includes(`/web-${release}`)) ?? action;
        metrics.count(balancerIn(RuleArn), group?.TargetGroupArn?.split(":").at(-1) ?? "", {
          ...{ requests: sent, errors, connectionErrors: 0, seconds: (sent * milliseconds) / 1000 },
        });
      },
    );
    const watching = new CloudWatchClient(clientSettings(world.gateway.url));
    world.closing.push(
      () => requests.stop(),
      () => {
        watching.destroy();
      },
    );
    cloud = {
      stack,
      requests,
      split: () => reader.split("web"),
      fail: (version) => simulated.unhealthy.add(version),
      breakMetrics: (isDown) => {
        metrics.isDown = isDown;
      },
      async alarm(AlarmName, StateValue) {
        await watching.send(
          new PutMetricAlarmCommand({
            ...{ AlarmName, Namespace: "test", MetricName: "orders", Statistic: "Sum", Period: 60 },
            ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "LessThanThreshold" },
          }),
        );
        await watching.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "the test says so" }));
      },
    };
  });

  rolloutTests(() => cloud);
});

/** The load balancer of a rule, as metrics name it. */
function balancerIn(rule: string): string {
  return /:listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(rule)?.[1] ?? "";
}
