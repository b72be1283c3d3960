/** Freezes on AWS, with containers. */
import { Cloud } from "./support/cloud";
import { type FreezeCloud, freezeTests } from "./support/freeze-suite";
import { SimulatedReleases } from "./support/simulated-releases";
import { World } from "./support/world";

describe("engine: freezes on AWS", () => {
  const simulated = new SimulatedReleases();
  let cloud: FreezeCloud;

  World.forSuite({ docker: false }, async (world) => {
    await simulated.startIn(world);
    const reader = new Cloud(world.emulator, world.gateway);
    const stack = await world.stack({
      name: "web",
      compute: "container",
      version: "1.0.0",
      image: `registry.test/app@sha256:${"1".repeat(64)}`,
      instances: { min: 1, max: 2 },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
      gate: { url: simulated.url, answers: 1, within: 50 },
    });
    cloud = { stack, split: () => reader.split("web") };
  });

  freezeTests(() => cloud);
});
