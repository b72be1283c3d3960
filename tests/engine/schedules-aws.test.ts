/** Schedules and triggers on AWS, which the emulator's gateway fires when a test says so. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import type { Both } from "./support/both";
import type { Schedule } from "./support/capacity";
import { Cloud } from "./support/cloud";
import { type ScheduledGroups, scheduledService, testSchedules } from "./support/schedule-tests";
import { SimulatedReleases } from "./support/simulated-releases";
import { World } from "./support/world";

const images = {
  container: (digit: string) => `registry.test/app@sha256:${digit.repeat(64)}`,
  vm: (digit: string) => `ami-${digit.repeat(17)}`,
};

const hourOf = ({ recurrence }: Schedule) => Number(recurrence.split(" ")[1]);

describe("engine: schedules of a service on AWS", () => {
  const stacks = {} as Both;
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    cloud = new Cloud(world.emulator, world.gateway);
    const service = (name: string, compute: keyof Both): ServiceArgs => ({
      ...scheduledService,
      name,
      compute,
      image: images[compute]("1"),
      gate: { url: simulated.url, answers: 1, within: 50 },
    });
    stacks.container = await world.stack(service("container", "container"));
    stacks.vm = await world.stack(service("vm", "vm"));
  });

  const groups = (): ScheduledGroups => {
    const { capacities, applicationAutoScaling } = world.gateway;
    const only = async (service: string) => {
      const machines = (await cloud.machineGroups(service)).map(({ AutoScalingGroupName }) => AutoScalingGroupName);
      const containers = applicationAutoScaling.targets
        .map(({ ResourceId }) => String(ResourceId).split("/")[2])
        .filter((name) => name?.startsWith(`${service}-`));
      const [group = assert.fail(`${service} has no group`), ...others] = [...machines, ...containers];
      assert.deepEqual(others, []);
      return group;
    };
    return {
      read: async (service) => capacities.read(await only(service)),
      async fire(service, index) {
        const group = await only(service);
        const own: Schedule[] = [];
        await capacities.fire((one) => one.group === group && own.push(one) < 0);
        const { scaling = [] } = (Object.values(stacks).find(({ name }) => name === service) ?? assert.fail()).service;
        const hours = scaling.flatMap((one) => ("schedule" in one ? [Number(one.schedule.split(" ")[1])] : []));
        const wanted = own.find((one) => hourOf(one) === hours[index]);
        const fired = await capacities.fire(({ group: of, name }) => of === group && name === wanted?.name);
        assert.equal(fired.length, 1);
      },
      async trigger(service, desired) {
        await capacities.trigger(await only(service), desired);
      },
    };
  };

  testSchedules(stacks, groups, ({ service }, digit) => images[service.compute](digit), ["container", "vm"]);
});
