import type { Compute } from "../../../components/spec";
import { asText } from "../../../packages/alicloud-double/src";
import { AlicloudWorld } from "../support/alicloud-world";
import { PlayedRequests, type PlayedShare } from "../support/played-requests";
import { type ReleaseCloud, type Pace, common } from "./release-cloud";

const images = {
  container: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
  vm: `m-bp1${"1".repeat(17)}`,
};

/** Starts a double with a stack that has not been brought up. */
export async function startAlicloud(
  compute: Compute,
  context: Mocha.Context,
  { metricPeriod, env }: Pace,
): Promise<ReleaseCloud> {
  const world = await AlicloudWorld.start(context, "cn-hangzhou");
  const stack = await world.stack({ ...common, compute, version: "1.0.0", image: images[compute] }, env);
  const played = world.double.world;
  const { scaling } = played;
  played.metricPeriod = metricPeriod;
  played.delays.metrics = metricPeriod;
  const requests = new PlayedRequests();
  // One at a time is what the double counts.
  requests.rate = 300;
  requests.start(() => world.split(common.name), count);
  world.closing.push(() => requests.stop());
  const instancesOf = (group: string) => scaling.instances.where(({ groupId }) => groupId === group);

  // A group replaces an instance that is unhealthy, and the next one of a broken release is broken too.
  const failing = new Set<string>();
  const breakInstances = () => {
    const broken = scaling.scalingGroups.where(({ name }) => [...failing].some((prefix) => name.startsWith(prefix)));
    for (const { id } of broken) for (const instance of instancesOf(id)) instance.serves = false;
  };
  const breaking = setInterval(breakInstances, 50);
  world.closing.push(() => {
    clearInterval(breaking);
  });

  const tasks = () =>
    scaling.scheduledTasks.where(({ settings }) => asText(settings["ScheduledTaskName"]).endsWith("-end-of-hold"));

  function count({ release, requests: sent, errors, milliseconds }: PlayedShare): void {
    const { serverGroups, listeners } = played.balancing;
    const group = serverGroups.find(({ tags }) => tags.get("release") === release);
    const listener = listeners.find(({ port }) => port === 80);
    if (group === undefined || listener === undefined) return;
    const route = {
      loadBalancerId: listener.loadBalancerId,
      listenerProtocol: listener.protocol,
      ...{ listenerPort: listener.port, serverGroupId: group.id },
    };
    for (let index = 0; index < sent; index += 1)
      played.traffic.count(route, { status: index < errors ? 500 : 200, milliseconds }, metricPeriod);
  }

  return {
    stack,
    requests,
    split: () => Promise.resolve(world.split(common.name)),
    groups() {
      const found = scaling.scalingGroups.all().map((group) => {
        const { id, tags, minSize: min, maxSize: max, desired = 0 } = group;
        const sized = { name: id, min, max, desired, serving: instancesOf(id).length };
        return [tags.get("release") ?? "?", sized] as const;
      });
      return Promise.resolve(Object.fromEntries(found));
    },
    trigger(release, desired) {
      const [group] = scaling.scalingGroups.where(({ tags }) => tags.get("release") === release);
      world.double.trigger(group?.id ?? "", desired);
      return Promise.resolve();
    },
    lowerings() {
      const found = tasks().map(({ settings }) => {
        const group = scaling.scalingGroups.get(asText(settings["ScalingGroupId"]));
        const at = Date.parse(asText(settings["LaunchTime"]));
        return [group?.tags.get("release") ?? "?", { at, min: Number(settings["MinValue"]) }] as const;
      });
      return Promise.resolve(Object.fromEntries(found));
    },
    lower() {
      for (const { id } of tasks()) {
        world.double.runScheduledTask(id);
        scaling.scheduledTasks.remove(id);
      }
      return Promise.resolve();
    },
    fail(version) {
      failing.add(`${common.name}-${version.replaceAll(".", "-")}-`);
      breakInstances();
    },
    breakMetrics(isDown) {
      if (isDown) world.double.faults.add({ kind: "unavailable", service: "cms" });
      else world.double.faults.clear();
    },
    disturb(how, times) {
      world.double.faults.add({ kind: how, action: "UpdateRuleAttribute", times });
    },
    shiftByHand(release, percent) {
      const { rules, serverGroups } = played.balancing;
      const [action] = rules.find(({ name }) => name === `${common.name}-traffic-split-http`)?.actions ?? [];
      const { ServerGroupTuples: tuples = [] } = action?.["ForwardGroupConfig"] as {
        ServerGroupTuples?: { ServerGroupId?: string; Weight?: unknown }[];
      };
      for (const tuple of tuples) {
        const isMeant = serverGroups.get(tuple.ServerGroupId ?? "")?.tags.get("release") === release;
        tuple.Weight = isMeant ? percent : (100 - percent) / (tuples.length - 1);
      }
      return Promise.resolve();
    },
    endCredentials(areOver) {
      const message = "Specified SecurityToken is expired.";
      const expired = { kind: "refuse", code: "InvalidSecurityToken.Expired", message, status: 403 } as const;
      if (areOver) world.double.faults.add(expired);
      else world.double.faults.clear();
    },
    alarm(name, state) {
      played.alarms.set(name, state);
      return Promise.resolve();
    },
    close: () => world.close(),
  };
}
