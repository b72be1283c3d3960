import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import { pause } from "../support/processes";
import type { Releases, Scenario, Weights } from "./releases";
import { fewest, serving } from "./sizes";
import { rollout } from "./steps";

/** Watches the cloud while something is done. */
type Watch = (work: () => Promise<unknown>) => Promise<void>;

/** What follows an engine that was killed at a step. */
interface Sequel {
  /** Which release has the requests in the end. */
  readonly ends: "old" | "new";
  readonly run: (releases: Releases, old: string, watch: Watch) => Promise<void>;
}

const sequels: Readonly<Record<string, Sequel>> = {
  "goes on with the same update": {
    ends: "new",
    run: (releases, _old, watch) => watch(() => releases.up({})),
  },
  "is taken back with the change": {
    ends: "old",
    run: (releases, old, watch) => watch(() => releases.up({ version: old })),
  },
  "stays at its step while nothing is done": {
    ends: "new",
    async run(releases, _old, watch) {
      const before = await releases.weights();
      await watch(() => pause(6000));
      assert.deepEqual(await releases.weights(), before);
      await watch(() => releases.up({}));
    },
  },
};

/** At least so many instances serve, whatever the split: no group with requests is deleted. Nor are those that stay. */
async function keepsServing(
  releases: Releases,
  work: () => Promise<unknown>,
  { least, stay }: { readonly least: number; readonly stay: readonly string[] },
): Promise<void> {
  const before = await releases.groups();
  const samples = await serving(releases, work);
  assert.ok(fewest(samples) >= least, JSON.stringify(samples));
  for (const version of stay) {
    const names = new Set(samples.map(({ groups }) => groups[version]));
    assert.deepEqual([...names], [before[version]?.name], `the group of ${version}`);
  }
}

const steps: readonly { readonly percent: number; readonly split: (old: string, version: string) => Weights }[] = [
  { percent: 5, split: (old, version) => ({ [old]: 95, [version]: 5 }) },
  { percent: 50, split: (old, version) => ({ [old]: 50, [version]: 50 }) },
  { percent: 100, split: (_old, version) => ({ [version]: 100 }) },
];

/** A kill at each step, with each sequel. */
const kills = steps.flatMap((step) => Object.entries(sequels).map(([what, sequel]) => ({ ...step, what, sequel })));

/** Rollouts without a release that is kept. */
const alone: readonly Scenario[] = kills.map(({ percent, split, what, sequel }) => ({
  name: `a rollout whose engine was killed at ${percent} % ${what}`,
  async run(releases: Releases) {
    const old = await releases.serving({ rollout });
    const version = releases.next();
    const watch: Watch = (work) => keepsServing(releases, work, { least: 2, stay: [] });
    await watch(() => releases.killAt(version, percent));
    assert.deepEqual(await releases.weights(), split(old, version));
    await sequel.run(releases, old, watch);
    const serves = sequel.ends === "old" ? old : version;
    assert.deepEqual(await releases.weights(), { [serves]: 100 });
    assert.deepEqual(Object.keys(await releases.groups()), [serves]);
    await releases.settled();
  },
}));

const keeps = {
  rollout,
  previous: { keep: true, holdFor: 3600 },
  scaling: [{ metric: "cpu", target: 60 }],
} satisfies Partial<ServiceArgs>;

/** The release that serves, and the one before, which is kept. */
async function keeping(releases: Releases): Promise<{ readonly old: string; readonly kept: string }> {
  const serves = await releases.serving(keeps);
  const [kept] = Object.keys(await releases.groups()).filter((version) => version !== serves);
  if (kept !== undefined) return { old: serves, kept };
  const next = releases.next();
  await releases.up({ version: next });
  return { old: next, kept: serves };
}

/** Rollouts beside a release that is kept: the one before is there until the new one has passed, and then follows it. */
const besideKept: readonly Scenario[] = kills.map(({ percent, split, what, sequel }) => ({
  name: `a rollout beside a release that is kept, whose engine was killed at ${percent} %, ${what}`,
  async run(releases: Releases) {
    const { old, kept } = await keeping(releases);
    await releases.trigger(old, 4);
    const version = releases.next();
    await keepsServing(releases, () => releases.killAt(version, percent), { least: 4, stay: [kept, old] });
    assert.deepEqual(await releases.weights(), split(old, version));
    const [serves, stays] = sequel.ends === "old" ? [old, kept] : [version, old];
    const stay = [old, stays];
    await sequel.run(releases, old, (work) => keepsServing(releases, work, { least: 4, stay }));
    assert.deepEqual(await releases.weights(), { [serves]: 100 });
    assert.deepEqual(Object.keys(await releases.groups()).sort(), [serves, stays].sort());
    assert.deepEqual(await releases.live(serves), { min: 2, max: 6, desired: 4 });
    if (stays === old) assert.deepEqual(await releases.live(old), { min: 4, max: 6, desired: 4 });
    assert.deepEqual(Object.keys(await releases.lowerings()), [stays]);
    await releases.settled();
  },
}));

/** Rollouts whose engine is killed at each step, with each sequel. */
export const killed: readonly Scenario[] = [...alone, ...besideKept];
