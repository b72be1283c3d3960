/** Rollouts on Alibaba Cloud, with virtual machines. */
import { AlicloudWorld } from "./support/alicloud-world";
import { PlayedRequests, type PlayedShare } from "./support/played-requests";
import { type RolloutCloud, metricPeriod, rollout, rolloutTests } from "./support/rollout-suite";

describe("engine: rollouts on Alibaba Cloud", () => {
  let world: AlicloudWorld, cloud: RolloutCloud;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    const stack = await world.stack({
      name: "web",
      compute: "vm",
      version: "1.0.0",
      image: `m-bp1${"1".repeat(17)}`,
      instances: { min: 2, max: 6 },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
      rollout,
    });
    const { world: played } = world.double;
    played.metricPeriod = metricPeriod;
    played.delays.metrics = metricPeriod;
    const requests = new PlayedRequests();
    // One at a time is what the double counts.
    requests.rate = 300;
    const count = ({ release, requests: sent, errors, milliseconds }: PlayedShare) => {
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
    };
    requests.start(() => world.split("web"), count);
    world.closing.push(() => requests.stop());
    cloud = {
      stack,
      requests,
      breakMetrics: (isDown) => {
        if (isDown) world.double.faults.add({ kind: "unavailable", service: "cms" });
        else world.double.faults.clear();
      },
      alarm: (name, state) => {
        played.alarms.set(name, state);
      },
      split: () => world.split("web"),
      fail: (version) => {
        const { instances, scalingGroups } = world.double.world.scaling;
        const ofVersion = `web-${version.replaceAll(".", "-")}-`;
        for (const instance of instances.all())
          if (scalingGroups.get(instance.groupId)?.name.startsWith(ofVersion)) instance.serves = false;
      },
    };
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  rolloutTests(() => cloud);
});
