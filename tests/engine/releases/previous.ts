import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import type { EngineRun } from "../support/stack";
import { whileUpdating } from "../support/watching";
import type { Releases, Scenario } from "./releases";
import { fewest, serving } from "./sizes";
import { rollout } from "./steps";

const holdFor = 600;
const settings = {
  previous: { keep: true, holdFor },
  scaling: [{ metric: "cpu", target: 60 }],
} satisfies Partial<ServiceArgs>;

/** The types of what an update has created. */
function created({ steps }: EngineRun): string[] {
  return steps.filter(({ operation, phase }) => operation === "create" && phase === "done").map(({ type }) => type);
}

/**
 * Brings a release up beside one that is kept, and returns both versions; the one that is kept has so many instances.
 */
async function keeping(releases: Releases, instances: number): Promise<{ old: string; version: string }> {
  const old = await releases.serving(settings);
  await releases.trigger(old, instances);
  const version = releases.next();
  await releases.up({ version });
  return { old, version };
}

/** The release that served before stays without traffic. */
export const previous: readonly Scenario[] = [
  {
    name: "a release that is kept is held at its size, and to go back moves the traffic alone",
    async run(releases) {
      const start = Date.now();
      const { old, version } = await keeping(releases, 5);
      assert.deepEqual(await releases.weights(), { [version]: 100 });
      assert.deepEqual(Object.keys(await releases.groups()).sort(), [old, version].sort());
      assert.deepEqual(await releases.live(old), { min: 5, max: 6, desired: 5 });
      const { [old]: lowering = assert.fail(), ...others } = await releases.lowerings();
      assert.deepEqual([lowering.min, others], [2, {}]);
      const [earliest, latest] = [start + holdFor * 1000, Date.now() + (holdFor + 60) * 1000];
      assert.ok(lowering.at >= earliest && lowering.at <= latest, new Date(lowering.at).toISOString());
      await releases.unchanged();

      const back: EngineRun[] = [];
      const splits = await releases.splitsDuring(async () => back.push(await releases.up({ version: old })));
      assert.deepEqual(splits, [{ [version]: 100 }, { [old]: 100 }]);
      assert.deepEqual(back.flatMap(created), []);
      assert.deepEqual(await releases.live(old), { min: 2, max: 6, desired: 5 });
      assert.deepEqual(Object.keys(await releases.lowerings()), [version]);
      await releases.unchanged();
    },
  },
  {
    name: "a release that is kept after a rollout is held at its size, too",
    async run(releases) {
      const old = await releases.serving(settings);
      await releases.trigger(old, 5);
      const version = releases.next();
      const start = Date.now();
      await releases.up({ version, rollout: { ...rollout, steps: [50] } });
      assert.deepEqual(await releases.live(old), { min: 5, max: 6, desired: 5 });
      const { [old]: lowering = assert.fail() } = await releases.lowerings();
      const least = start + (holdFor + rollout.pause + rollout.bake) * 1000;
      assert.ok(lowering.at >= least, `${new Date(lowering.at).toISOString()}: the rollout's time counts too`);
      assert.deepEqual(await releases.live(version), { min: 2, max: 6, desired: 5 });
      await releases.up({ rollout: undefined });
    },
  },
  {
    name: "a release whose hold has ended grows before it gets requests, and is deleted with the next but one",
    async run(releases) {
      const { old, version } = await keeping(releases, 3);
      await releases.cloud.lower();
      await releases.trigger(old, 2);
      assert.deepEqual(await releases.live(old), { min: 2, max: 6, desired: 2 });
      await releases.trigger(version, 6);
      const samples = await serving(releases, () => releases.up({ version: old }));
      assert.equal(fewest(samples), 6);
      assert.equal(samples.at(-1)?.versions, old);
      const next = releases.next();
      await releases.up({ version: next });
      assert.deepEqual(Object.keys(await releases.groups()).sort(), [old, next].sort());
      await releases.unchanged();
    },
  },
  {
    name: "a release keeps its bounds while the one that is to follow it fails, and neither is kept without previous",
    async run(releases) {
      const old = await releases.serving(settings);
      const { failing, passing } = { failing: releases.next(), passing: releases.next() };
      await whileUpdating(
        () => releases.failingUp({ version: failing }),
        () => {
          releases.cloud.fail(failing);
          return Promise.resolve();
        },
      );
      assert.deepEqual(await releases.live(old).then(({ min, max }) => [min, max]), [2, 6]);
      await releases.up({ version: passing, previous: undefined });
      assert.deepEqual(Object.keys(await releases.groups()), [passing]);
      assert.deepEqual(await releases.lowerings(), {});
      await releases.unchanged();
      await releases.up({ ...settings, version: releases.next() });
    },
  },
];
