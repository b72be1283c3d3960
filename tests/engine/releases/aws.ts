import { AutoScalingClient, DescribeScheduledActionsCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Compute } from "../../../components/spec";
import { clientSettings } from "../support/client-settings";
import { Cloud } from "../support/cloud";
import { PlayedRequests, type PlayedShare } from "../support/played-requests";
import { SimulatedReleases } from "../support/simulated-releases";
import { World } from "../support/world";
import { type Lowering, type ReleaseCloud, type SizedGroup, type Pace, common } from "./release-cloud";

const images = { container: `registry.test/app@sha256:${"1".repeat(64)}`, vm: `ami-${"1".repeat(17)}` };

/** Starts an emulator with a stack that has not been brought up. */
export async function startAws(compute: Compute, context: Mocha.Context, pace: Pace): Promise<ReleaseCloud> {
  const world = await World.start(context, { docker: false });
  const simulated = new SimulatedReleases();
  await simulated.startIn(world);
  const cloud = new Cloud(world.emulator, world.gateway);
  const gate = { url: simulated.url, answers: 1, within: 50 };
  const stack = await world.stack({ ...common, compute, version: "1.0.0", image: images[compute], gate }, {}, pace.env);
  const { metrics, capacities, applicationAutoScaling } = world.gateway;
  Object.assign(metrics, { period: pace.metricPeriod, delay: pace.metricPeriod });
  const requests = new PlayedRequests();
  requests.start(() => cloud.split(common.name), count);
  const watching = new CloudWatchClient(clientSettings(world.gateway.url));
  const scaling = new AutoScalingClient(clientSettings(world.gateway.url));
  const balancing = new ElasticLoadBalancingV2Client(clientSettings(world.gateway.url));
  world.closing.push(
    () => requests.stop(),
    () => {
      balancing.destroy();
    },
    () => {
      scaling.destroy();
    },
    () => {
      watching.destroy();
    },
  );

  async function count({ release, requests: sent, errors, milliseconds }: PlayedShare): Promise<void> {
    const { RuleArn = "", Actions: [action] = [] } = (await cloud.splitRule(common.name)) ?? {};
    const groups = action?.ForwardConfig?.TargetGroups ?? [];
    // Groups are named after their releases.
    const named = `/${common.name}-${release}`;
    const group = groups.find(({ TargetGroupArn = "" }) => TargetGroupArn.includes(named)) ?? action;
    metrics.count(balancerIn(RuleArn), group?.TargetGroupArn?.split(":").at(-1) ?? "", {
      ...{ requests: sent, errors, connectionErrors: 0, seconds: (sent * milliseconds) / 1000 },
    });
  }

  async function groups(): Promise<Record<string, SizedGroup>> {
    const machines = (await cloud.machineGroups(common.name)).map((group) => ({
      name: group.AutoScalingGroupName ?? "",
      ...{ min: group.MinSize ?? 0, max: group.MaxSize ?? 0, desired: group.DesiredCapacity ?? 0 },
      serving: group.Instances?.filter(({ LifecycleState }) => LifecycleState === "InService").length ?? 0,
    }));
    const services = applicationAutoScaling.targets
      .map(({ ResourceId }) => String(ResourceId).split("/")[2] ?? "")
      .filter((name) => name.startsWith(`${common.name}-`))
      .map(async (name) => {
        const capacity = await capacities.read(name);
        // The tasks of an ECS service are simulated: as many run as it wants.
        return { name, ...capacity, serving: capacity.desired };
      });
    const found = [...machines, ...(await Promise.all(services))].map(
      (group) => [releaseIn(group.name), group] as const,
    );
    return Object.fromEntries(found);
  }

  async function lowerings(): Promise<Record<string, Lowering>> {
    const { ScheduledUpdateGroupActions: actions = [] } = await scaling.send(new DescribeScheduledActionsCommand({}));
    const ofMachines = actions
      .filter(({ ScheduledActionName }) => ScheduledActionName === lowering)
      .map(({ AutoScalingGroupName = "", StartTime, MinSize: min = 0 }) => ({
        ...{ group: AutoScalingGroupName, at: StartTime?.getTime() ?? 0, min },
      }));
    const ofServices = applicationAutoScaling.scheduledActions
      .filter(({ ScheduledActionName }) => ScheduledActionName === lowering)
      .map(({ ResourceId, Schedule, ScalableTargetAction: action }) => ({
        group: String(ResourceId).split("/")[2] ?? "",
        at: Date.parse(`${String(Schedule).slice("at(".length, -1)}Z`),
        min: Number((action as Record<string, unknown>).MinCapacity),
      }));
    const existing = Object.values(await groups()).map(({ name }) => name);
    const found = [...ofMachines, ...ofServices].filter(({ group }) => existing.includes(group));
    return Object.fromEntries(found.map(({ group, at, min }) => [releaseIn(group), { at, min }]));
  }

  return {
    stack,
    requests,
    groups,
    lowerings,
    async lower() {
      await capacities.fire(({ name }) => name === lowering);
    },
    split: () => cloud.split(common.name),
    async trigger(release, desired) {
      await capacities.trigger((await groups())[release]?.name ?? "", desired);
    },
    fail: (version) => simulated.unhealthy.add(version),
    breakMetrics: (isDown) => {
      metrics.isDown = isDown;
    },
    disturb(how, times) {
      const match = ({ action }: { readonly action: string }) => action === "ModifyRule";
      world.gateway.fault({ match, times, with: how === "lose" ? "drop-answer" : how });
    },
    async shiftByHand(release, percent) {
      const { RuleArn, Actions: [action] = [] } = (await cloud.splitRule(common.name)) ?? {};
      const { TargetGroups = [], ...config } = action?.ForwardConfig ?? {};
      const shifted = TargetGroups.map((group) => {
        const isMeant = group.TargetGroupArn?.includes(`/${common.name}-${release}`) ?? false;
        return { ...group, Weight: isMeant ? percent : (100 - percent) / (TargetGroups.length - 1) };
      });
      const Actions = [{ Type: "forward" as const, ForwardConfig: { ...config, TargetGroups: shifted } }];
      await balancing.send(new ModifyRuleCommand({ RuleArn, Actions }));
    },
    endCredentials(areOver) {
      if (areOver) world.gateway.fault({ match: () => true, times: Infinity, with: "expire" });
      else world.gateway.forget();
    },
    async alarm(AlarmName, StateValue) {
      await watching.send(
        new PutMetricAlarmCommand({
          ...{ AlarmName, Namespace: "test", MetricName: "orders", Statistic: "Sum", Period: 60 },
          ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "LessThanThreshold" },
        }),
      );
      await watching.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "the test sets it" }));
    },
    close: () => world.close(),
  };
}

/** The name of the action by which a group lowers its minimum. */
const lowering = "end-of-hold";

/** The load balancer of a rule, as metrics name it. */
function balancerIn(rule: string): string {
  return /:listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(rule)?.[1] ?? "";
}

/** The release of a group or a service, which is named after it: NAME-RELEASE and the engine's random seven characters. */
function releaseIn(group: string): string {
  return new RegExp(`^${common.name}-(.*-[0-9a-f]{6})(-[0-9a-f]{7})?$`).exec(group)?.[1] ?? "?";
}
