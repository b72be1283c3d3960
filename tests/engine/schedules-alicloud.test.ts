/**
 * Schedules and triggers on Alibaba Cloud, which run in the double when a test says so. Both computes have the same
 * resource, a scaling group, so one of them is enough.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asText } from "../../packages/alicloud-double/src/values";
import { AlicloudWorld } from "./support/alicloud-world";
import type { Both } from "./support/both";
import { done, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { type ScheduledGroups, scheduledService, testSchedules } from "./support/schedule-tests";
import type { ServiceStack } from "./support/world";

const image = (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`;
const on = ["container"] as const;

/** A day after the next quarter has begun. */
function nextQuarter(now = new Date()): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCMonth() % 3) + 3, 2));
}

/** The environment in which a program, and its dynamic resources, begin at another time. */
function programClock({ folder, env }: ServiceStack["run"], start: Date): NodeJS.ProcessEnv {
  const file = join(folder, "clock.cjs");
  const shift = start.getTime() - Date.now();
  writeFileSync(
    file,
    `const Real = Date;
     globalThis.Date = class extends Real {
       constructor(...args) { if (args.length === 0) super(Real.now() + ${shift}); else super(...args); }
       static now() { return Real.now() + ${shift}; }
     };`,
  );
  // Beside what every process of the tests loads.
  return { NODE_OPTIONS: `${env.NODE_OPTIONS ?? ""} --require=${JSON.stringify(file)}` };
}

describe("engine: schedules of a service on Alibaba Cloud", () => {
  const stacks = {} as Both;
  let world: AlicloudWorld;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    stacks.container = await world.stack({
      ...scheduledService,
      name: "container",
      compute: "container",
      image: image("1"),
      loadBalancer: { drain: 0 },
    });
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

  testSchedules(stacks, groups, (_, digit) => image(digit), on);

  it("are extended by the first update of a quarter, which changes nothing else", async () => {
    const stack = stacks.container;
    await stack.up({ scaling: [...scheduledService.scaling] });
    const later = nextQuarter();
    world.double.advanceClock(later);
    const env = programClock(stack.run, later);
    const run = await stack.up({}, { env });
    noComplaints(run);
    const task = `update ScheduledTask ${stack.name}-${String((await stack.run.outputs()).release)}-schedule`;
    assert.deepEqual(done(run), [`${task}-1`, `${task}-2`, `${task}-3`]);
    assert.deepEqual(plannedChanges(await stack.run.preview({ env })), []);
  });

  it("are moved by the first update after the clocks of their time zone have changed, and by no other", async () => {
    const stack = stacks.container;
    const schedule = { schedule: "0 8 * * *", timezone: "Europe/Berlin", min: 2, max: 5 };
    const tasks = () => world.double.world.scaling.scheduledTasks.all().map(({ settings }) => settings.RecurrenceValue);
    const inYear = nextQuarter().getUTCFullYear() + 1;
    const at = async (time: string) => {
      const start = new Date(`${String(inYear)}-${time}T12:00:00Z`);
      world.double.advanceClock(start);
      const env = programClock(stack.run, start);
      noComplaints(await stack.up({ scaling: [schedule] }, { env }));
      assert.deepEqual(plannedChanges(await stack.run.preview({ env })), []);
      return tasks();
    };
    assert.deepEqual(await at("04-20"), ["0 6 * * *"]);
    assert.match(
      String((await stack.run.outputs()).schedulesUntil),
      new RegExp(`^${String(inYear)}-10-(2[5-9]|3[01])$`),
    );
    assert.deepEqual(await at("11-20"), ["0 7 * * *"]);
  });

  it("leave nothing behind when their service is destroyed", async () => {
    await stacks.container.run.destroy();
    assert.equal(world.double.world.scaling.scheduledTasks.size, 0);
    assert.equal(world.double.world.scaling.alarms.size, 0);
  });
});
