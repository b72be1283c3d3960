import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import type { Step } from "../support/engine-events";
import { whileUpdating } from "../support/watching";
import type { Releases, Scenario } from "./releases";

const hour = new Date(Date.now() - 3_600_000).getUTCHours();
const at = (one: number, min: number, max: number) => ({ schedule: `0 ${one % 24} * * *`, timezone: "UTC", min, max });
const metric = { metric: "cpu", target: 60 } as const;

/** The settings of a service whose bounds are raised: one schedule passed an hour ago, the other does in eleven hours. */
const raised = {
  instances: { min: 2, max: 4 },
  scaling: [metric, at(hour + 12, 1, 3), at(hour, 2, 8)],
} satisfies Partial<ServiceArgs>;

/** What serves at one time. */
export interface Sample {
  /** The versions that have requests, separated by spaces. */
  readonly versions: string;
  /** How many instances they have that serve. */
  readonly serving: number;
  /** The names of all groups, by version. */
  readonly groups: Readonly<Record<string, string>>;
}

/** Samples of what serves while an update runs. */
export async function serving(releases: Releases, update: () => Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  await whileUpdating(update, async () => {
    // The groups are read last: one that the split had before may be gone by now, and must not count as one that has too few.
    const before = Object.keys(await releases.weights());
    const groups = await releases.groups();
    const after = Object.keys(await releases.weights());
    if (String(before) === String(after)) {
      const serving = before.reduce((sum, version) => sum + (groups[version]?.serving ?? 0), 0);
      const names = Object.fromEntries(Object.entries(groups).map(([version, { name }]) => [version, name]));
      samples.push({ versions: before.join(" "), serving, groups: names });
    }
  });
  return samples;
}

/** The fewest instances that served while these versions, or any, had requests. */
export function fewest(samples: readonly Sample[], versions?: string): number {
  return Math.min(
    ...samples.filter((one) => (versions ?? one.versions) === one.versions).map(({ serving }) => serving),
  );
}

/** Brings a release up whose bounds are raised, and lets a trigger give it so many instances. */
async function busy(releases: Releases, instances: number): Promise<string> {
  await releases.serving(raised);
  const version = releases.next();
  await releases.up({ version });
  assert.deepEqual(await releases.live(version).then(({ min, max }) => [min, max]), [2, 8]);
  await releases.trigger(version, instances);
  return version;
}

/** Whether a step begins to create a version's group, whose size has been read by then. */
function beginsGroup({ type, name, phase }: Step, version: string): boolean {
  const group = /group:(Scaling)?Group$|ecs\/service:Service$|ess\/eciScalingConfiguration/i;
  return group.test(type) && name.includes(version.replaceAll(".", "-")) && phase === "start";
}

/** A new release is as large as what serves, and no update leaves the requests to fewer instances. */
export const sizes: readonly Scenario[] = [
  {
    name: "a new release begins with the bounds of the schedule that has passed last, and as many instances as serve",
    async run(releases) {
      await busy(releases, 6);
      const version = releases.next();
      const samples = await serving(releases, () => releases.up({ version }));
      assert.equal(fewest(samples), 6);
      assert.equal(samples.at(-1)?.versions, version);
      assert.deepEqual(await releases.live(version), { min: 2, max: 8, desired: 6 });
      await releases.unchanged();
    },
  },
  {
    name: "a killed update that is repeated keeps the number that it has read first",
    async run(releases) {
      const old = await busy(releases, 6);
      const version = releases.next();
      releases.stack.set({ version });
      await releases.stack.run.killedUp((step) => beginsGroup(step, version));
      await releases.stack.run.cancel();
      await releases.trigger(old, 3);
      await releases.up({});
      assert.deepEqual(await releases.live(version), { min: 2, max: 8, desired: 6 });
      await releases.unchanged();
    },
  },
  {
    name: "a trigger that moves the group that serves after it was read is followed before the split",
    async run(releases) {
      const old = await busy(releases, 6);
      const version = releases.next();
      const onStep = async (step: Step) => {
        if (beginsGroup(step, version)) await releases.trigger(old, 8);
      };
      const samples = await serving(releases, () => releases.up({ version }, { onStep }));
      assert.equal(fewest(samples, version), 8);
      assert.deepEqual(await releases.live(version), { min: 2, max: 8, desired: 8 });
      await releases.unchanged();
    },
  },
  {
    name: "a max that the same change lowers applies after the split",
    async run(releases) {
      const old = await busy(releases, 8);
      const version = releases.next();
      const change = { version, instances: { min: 1, max: 3 }, scaling: [metric] };
      const samples = await serving(releases, () => releases.up(change));
      assert.equal(fewest(samples, old), 8);
      assert.equal(samples.find(({ versions }) => versions === version)?.serving, 8);
      assert.deepEqual(await releases.live(version), { min: 1, max: 3, desired: 3 });
      await releases.unchanged();
      await releases.up({ version: releases.next(), ...raised });
    },
  },
  {
    name: "a release that comes back has as many instances as serve before it gets their requests",
    async run(releases) {
      const old = await busy(releases, 3);
      const { image } = releases.stack.service;
      const version = releases.next();
      const kept = { version: old, image: image as string, instances: { min: 1, max: 8 } };
      await releases.up({ version, releases: [{ ...kept, weight: 0 }] });
      await releases.trigger(old, 1);
      const samples = await serving(releases, () => releases.up({ version, releases: [{ ...kept, weight: 100 }] }));
      assert.equal(fewest(samples), 3);
      assert.equal(samples.at(-1)?.versions, old);
      await releases.up({ version: old, releases: undefined });
    },
  },
];
