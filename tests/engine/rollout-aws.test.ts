/** Rollouts on AWS, with containers. */
import { Cloud } from "./support/cloud";
import { type RolloutCloud, rollout, rolloutTests } from "./support/rollout-suite";
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
    cloud = {
      stack,
      split: () => reader.split("web"),
      fail: (version) => simulated.unhealthy.add(version),
    };
  });

  rolloutTests(() => cloud);
});
