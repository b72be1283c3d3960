/** The sizes of releases on AWS, with virtual machines. */
import type { SizedCloud } from "./support/size-suite";
import { sizeTests, sizedService } from "./support/size-suite";
import { Cloud } from "./support/cloud";
import { SimulatedReleases } from "./support/simulated-releases";
import { World } from "./support/world";

describe("engine: sizes of releases on AWS", () => {
  const simulated = new SimulatedReleases();
  let cloud: SizedCloud;

  World.forSuite({ docker: false }, async (world) => {
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    const reader = new Cloud(world.emulator, world.gateway);
    const stack = await world.stack({
      ...sizedService,
      compute: "vm",
      image: `ami-${"1".repeat(17)}`,
      gate: { url: simulated.url, answers: 1, within: 50 },
    });
    const groups = async () =>
      (await reader.machineGroups("web")).map((group) => ({
        ...{ release: group.Tags?.find(({ Key }) => Key === "release")?.Value ?? "?" },
        name: group.AutoScalingGroupName ?? "",
        serving: group.Instances?.filter(({ LifecycleState }) => LifecycleState === "InService").length ?? 0,
      }));
    cloud = {
      stack,
      split: () => reader.split("web"),
      async groups() {
        const found = await Promise.all(
          (await groups()).map(
            async ({ release, name, serving }) =>
              [release, { ...(await world.gateway.capacities.read(name)), serving }] as const,
          ),
        );
        return Object.fromEntries(found);
      },
      async trigger(release, desired) {
        const group = (await groups()).find((one) => one.release === release);
        await world.gateway.capacities.trigger(group?.name ?? "", desired);
      },
    };
  });

  sizeTests(() => cloud);
});
