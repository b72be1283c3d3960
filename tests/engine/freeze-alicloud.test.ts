/** Freezes on Alibaba Cloud, with virtual machines. */
import { AlicloudWorld } from "./support/alicloud-world";
import { type FreezeCloud, freezeTests } from "./support/freeze-suite";

describe("engine: freezes on Alibaba Cloud", () => {
  let world: AlicloudWorld, cloud: FreezeCloud;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    const stack = await world.stack({
      name: "web",
      compute: "vm",
      version: "1.0.0",
      image: `m-bp1${"1".repeat(17)}`,
      instances: { min: 1, max: 2 },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
    });
    cloud = { stack, split: () => world.split("web") };
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  freezeTests(() => cloud);
});
