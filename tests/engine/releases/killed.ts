import assert from "node:assert/strict";
import { pause } from "../support/processes";
import type { Releases, Scenario, Weights } from "./releases";
import { fewest, serving } from "./sizes";
import { rollout } from "./steps";

/** What follows an engine that was killed at a step, and who has the requests in the end. */
const sequels: Readonly<Record<string, (releases: Releases, old: string, version: string) => Promise<string>>> = {
  async "goes on with the same update"(releases, _old, version) {
    await keepsServing(releases, () => releases.up({}));
    return version;
  },
  async "is taken back with the change"(releases, old) {
    await keepsServing(releases, () => releases.up({ version: old }));
    return old;
  },
  async "stays at its step while nothing is done"(releases, _old, version) {
    const before = await releases.weights();
    await keepsServing(releases, () => pause(6000));
    assert.deepEqual(await releases.weights(), before);
    await keepsServing(releases, () => releases.up({}));
    return version;
  },
};

/** Never fewer instances than the release before has, behind any split: no group with requests is deleted. */
async function keepsServing(releases: Releases, work: () => Promise<unknown>): Promise<void> {
  const samples = await serving(releases, work);
  assert.ok(fewest(samples) >= 2, JSON.stringify(samples));
}

const steps: readonly { readonly percent: number; readonly split: (old: string, version: string) => Weights }[] = [
  { percent: 5, split: (old, version) => ({ [old]: 95, [version]: 5 }) },
  { percent: 50, split: (old, version) => ({ [old]: 50, [version]: 50 }) },
  { percent: 100, split: (_old, version) => ({ [version]: 100 }) },
];

/** Rollouts whose engine is killed at each step, with each sequel. */
export const killed: readonly Scenario[] = steps.flatMap(({ percent, split }) =>
  Object.entries(sequels).map(([what, sequel]) => ({
    name: `a rollout whose engine was killed at ${percent} % ${what}`,
    async run(releases: Releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await releases.killAt(version, percent);
      assert.deepEqual(await releases.weights(), split(old, version));
      const serves = await sequel(releases, old, version);
      assert.deepEqual(await releases.weights(), { [serves]: 100 });
      assert.deepEqual(Object.keys(await releases.groups()), [serves]);
      await releases.unchanged();
    },
  })),
);
