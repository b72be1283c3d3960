/** Rollouts on Alibaba Cloud, with virtual machines. */
import { AlicloudWorld } from "./support/alicloud-world";
import { type RolloutCloud, rollout, rolloutTests } from "./support/rollout-suite";

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
    cloud = {
      stack,
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
