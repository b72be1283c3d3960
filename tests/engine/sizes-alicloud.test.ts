/** The sizes of releases on Alibaba Cloud, with containers. */
import { AlicloudWorld } from "./support/alicloud-world";
import { type SizedCloud, sizeTests, sizedService } from "./support/size-suite";

describe("engine: sizes of releases on Alibaba Cloud", () => {
  let world: AlicloudWorld, cloud: SizedCloud;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    const stack = await world.stack({
      ...sizedService,
      compute: "container",
      image: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
    });
    const { scaling } = world.double.world;
    cloud = {
      stack,
      split: () => world.split("web"),
      groups() {
        const found = scaling.scalingGroups
          .all()
          .map(
            ({ id, tags, minSize: min, maxSize: max, desired = 0 }) =>
              [
                tags.get("release") ?? "?",
                { min, max, desired, serving: scaling.instances.where(({ groupId }) => groupId === id).length },
              ] as const,
          );
        return Promise.resolve(Object.fromEntries(found));
      },
      trigger(release, desired) {
        const [group] = scaling.scalingGroups.where(({ tags }) => tags.get("release") === release);
        world.double.trigger(group?.id ?? "", desired);
        return Promise.resolve();
      },
    };
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  sizeTests(() => cloud);
});
