/** What schedules and triggers have set survives every update: the same tests on every platform. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import { type Both, onBoth } from "./both";
import { done, noComplaints } from "./checks";
import { plannedChanges } from "./engine-events";
import type { ServiceStack } from "./world";

/** The bounds of a group, and how many instances it should have. */
export interface LiveBounds {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** The groups of a service in the emulated cloud. */
export interface ScheduledGroups {
  /** The only group of a service. */
  read(service: string): Promise<LiveBounds>;
  /** Runs a schedule of a service, as at its time. `index` is its place among the service's schedules, from 0. */
  fire(service: string, index: number): Promise<void>;
  /** Sets the number of instances as a trigger does. */
  trigger(service: string, desired: number): Promise<void>;
}

/** A time of day so many hours from now, in UTC. */
const inHours = (hours: number) => {
  const hour = new Date(Date.now() + hours * 3_600_000).getUTCHours();
  return { schedule: `0 ${hour} * * *`, timezone: "UTC" };
};
const day = { ...inHours(5), min: 4, max: 12 };
const night = { ...inHours(10), min: 1, max: 5 };
/** It has passed last: a new release has its bounds, which are the stack file's. */
const usual = { ...inHours(-1), min: 2, max: 6 };
const metric = { metric: "cpu", target: 60 } as const;

/** The settings of a service in these tests. */
export const scheduledService = {
  version: "1.0.0",
  instances: { min: 2, max: 6 },
  health: { startWithin: 10 },
  scaling: [metric, day, night, usual],
} satisfies Partial<ServiceArgs>;

/** Registers the tests on these computes. `image` names another image for each digit. */
export function testSchedules(
  stacks: Both,
  groups: () => ScheduledGroups,
  image: (stack: ServiceStack, digit: string) => string,
  on: readonly (keyof Both)[],
): void {
  const onEach = (title: string, test: (stack: ServiceStack) => Promise<void>) => {
    onBoth(title, stacks, test, on);
  };
  const peak = { min: 4, max: 12, desired: 10 };
  const live = (stack: ServiceStack) => groups().read(stack.name);
  const unchanged = async (stack: ServiceStack) => {
    const run = await stack.up({}, { flags: ["--refresh"] });
    noComplaints(run);
    assert.deepEqual(done(run), []);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  };

  onEach("sets a changed min at once before a schedule has run", async (stack) => {
    noComplaints(await stack.up());
    assert.deepEqual(await live(stack), { min: 2, max: 6, desired: 2 });
    const run = await stack.up({ instances: { min: 3, max: 6 } });
    assert.deepEqual(
      done(run).filter((step) => !/ (Intent|TrafficRule) /.test(step)),
      [`update Bounds ${stack.name}-${String((await stack.run.outputs()).release)}-bounds`],
    );
    assert.deepEqual(await live(stack), { min: 3, max: 6, desired: 3 });
  });

  onEach("changes nothing with --refresh after a schedule has run and a trigger has scaled", async (stack) => {
    await groups().fire(stack.name, 0);
    await groups().trigger(stack.name, peak.desired);
    await unchanged(stack);
    assert.deepEqual(await live(stack), peak);
  });

  onEach("leaves a schedule's bounds while something else, or min and max, change", async (stack) => {
    await stack.up({ logs: { retentionDays: 7 }, tags: { team: "books" } }, { flags: ["--refresh"] });
    assert.deepEqual(await live(stack), peak);
    await stack.up({ instances: { min: 2, max: 7 } });
    assert.deepEqual(await live(stack), peak);
  });

  onEach(
    "releases a new version with the bounds of the schedule that has passed last, and as large as the one that serves",
    async (stack) => {
      const passed = { ...day, schedule: usual.schedule };
      await stack.up({ version: "1.1.0", image: image(stack, "2"), scaling: [metric, passed, night] });
      assert.deepEqual(await live(stack), peak);
    },
  );

  onEach("changes a schedule's bounds, and the order of the schedules, after one has run", async (stack) => {
    await stack.up({ scaling: [metric, night, { ...day, max: 11 }] });
    await stack.up({ scaling: [metric, day, night] });
    assert.deepEqual(await live(stack), peak);
  });

  onEach("returns to min and max when that schedule is removed", async (stack) => {
    await groups().trigger(stack.name, peak.desired);
    await stack.up({ scaling: [metric, night] });
    assert.deepEqual(await live(stack), { min: 2, max: 7, desired: 7 });
  });

  onEach("returns to min and max when the last schedule is removed", async (stack) => {
    await groups().fire(stack.name, 0);
    await groups().trigger(stack.name, 1);
    await stack.up({ scaling: [metric] });
    assert.deepEqual(await live(stack), { min: 2, max: 7, desired: 2 });
  });

  onEach("sets a changed min and max at once without schedules", async (stack) => {
    await groups().trigger(stack.name, 7);
    await stack.up({ instances: { min: 1, max: 4 } });
    assert.deepEqual(await live(stack), { min: 1, max: 4, desired: 4 });
  });
}
