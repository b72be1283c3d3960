/** Schedules and triggers on Alibaba Cloud, which run in the double when a test says so. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { asText } from "../../packages/alicloud-double/src/values";
import { AlicloudWorld } from "./support/alicloud-world";
import type { Both } from "./support/both";
import { type ScheduledGroups, scheduledService, testSchedules } from "./support/schedule-tests";

const images = {
  container: (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`,
  vm: (digit: string) => `m-bp1${digit.repeat(17)}`,
};

describe("engine: schedules of a service on Alibaba Cloud", function () {
  this.timeout(300_000);
  const stacks = {} as Both;
  let world: AlicloudWorld;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    const service = (name: string, compute: keyof Both): ServiceArgs => ({
      ...scheduledService,
      name,
      compute,
      image: images[compute]("1"),
      loadBalancer: { drain: 0 },
    });
    stacks.container = await world.stack(service("container", "container"));
    stacks.vm = await world.stack(service("vm", "vm"));
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  const groups = (): ScheduledGroups => {
    const { scaling } = world.double.world;
    const only = (service: string) => {
      const found = scaling.scalingGroups.where(({ tags }) => tags.get("service") === service);
      assert.equal(found.length, 1);
      return found[0] ?? assert.fail();
    };
    return {
      read(service) {
        const { minSize: min, maxSize: max, desired = 0 } = only(service);
        return Promise.resolve({ min, max, desired });
      },
      fire(service, index) {
        const { id } = only(service);
        const [task, ...others] = scaling.scheduledTasks.where(
          ({ settings }) =>
            settings["ScalingGroupId"] === id &&
            asText(settings["ScheduledTaskName"]).includes(`schedule-${index + 1}`),
        );
        assert.deepEqual(others, []);
        world.double.runScheduledTask(task?.id ?? "");
        return Promise.resolve();
      },
      trigger(service, desired) {
        world.double.trigger(only(service).id, desired);
        return Promise.resolve();
      },
    };
  };

  testSchedules(stacks, groups, ({ service }, digit) => images[service.compute](digit));

  it("leave nothing behind when their service is destroyed", async () => {
    await Promise.all([stacks.container, stacks.vm].map(({ run }) => run.destroy()));
    assert.equal(world.double.world.scaling.scheduledTasks.size, 0);
    assert.equal(world.double.world.scaling.alarms.size, 0);
  });
});
