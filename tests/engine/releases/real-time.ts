import assert from "node:assert/strict";
import { backSeconds, stepsOf } from "../../../components/clouds/rollout";
import { sum } from "../../../components/clouds/rollout-metrics";
import { failure } from "../support/checks";
import type { Step } from "../support/engine-events";
import type { Releases, Scenario, Weights } from "./releases";

/** The defaults: three steps of three minutes. */
const rollout = { steps: [5, 50], pause: 180, bake: 180, watch: { errors: 1, alarms: [] } };

/** A split, and when it was first seen, in milliseconds since 1970. */
interface TimedSplit {
  readonly split: Weights;
  readonly at: number;
}

/** Rollouts at the pace of a cloud, with metrics that are published a minute late: the times are those that a plan has. */
export const realTime: readonly Scenario[] = [
  {
    name: "a good release takes its steps in the time that the plan says, within 10 %",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const state = { over: 0 };
      const onStep = ({ name, phase }: Step) => {
        if (phase === "done" && name.includes("-traffic-split")) state.over = Date.now();
        return Promise.resolve();
      };
      const seen = await timed(releases, () => releases.up({ version }, { onStep }));
      assert.deepEqual(
        seen.map(({ split }) => split),
        [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 50, [version]: 50 }, { [version]: 100 }],
      );
      const begun = seen.slice(1).map(({ at }) => at);
      const took = begun.map((at, index) => ((begun[index + 1] ?? state.over) - at) / 1000);
      const planned = stepsOf(rollout).map(({ seconds }) => seconds);
      const text = `planned ${planned.join()} s, took ${took.join()} s`;
      const isAbout = (one: number, other: number) => Math.abs(one / other - 1) <= 0.1;
      // The last one ends with what sets the split for good.
      for (const [index, seconds] of planned.slice(0, -1).entries())
        assert.ok(isAbout(took[index] ?? 0, seconds), text);
      assert.ok(isAbout(sum(took), sum(planned)), text);
    },
  },
  {
    name: "a release that answers one request in ten with 500 has lost its requests in the time that the plan says",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      releases.cloud.requests.failing.set(version, 0.1);
      const said: string[] = [];
      const seen = await timed(releases, async () => {
        said.push(failure(await releases.failingUp({ version })).message);
      });
      assert.deepEqual(
        seen.map(({ split }) => split),
        [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
      );
      assert.match(said.join("\n"), /the rollout was taken back: /);
      const [, bad, back] = seen.map(({ at }) => at);
      const took = ((back ?? 0) - (bad ?? 0)) / 1000;
      const planned = backSeconds(rollout, 30);
      assert.ok(took <= planned, `planned ${planned} s at most, took ${took} s`);
      await releases.up({ version: old });
    },
  },
  {
    name: "a release whose app dies at 5 % has lost its requests within 15 s of its targets' failed checks",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const seen = await timed(
        releases,
        () => releases.failingUp({ version }),
        (split) => {
          if (split[version] === 5) releases.cloud.fail(version);
        },
      );
      assert.deepEqual(
        seen.map(({ split }) => split),
        [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
      );
      const [, dead = 0, back = 0] = seen.map(({ at }) => at);
      assert.ok(back - dead <= 15_000, `${back - dead} ms`);
      await releases.up({ version: old });
    },
  },
];

/** The splits during an update. */
async function timed(
  releases: Releases,
  update: () => Promise<unknown>,
  look: (split: Weights) => void = () => undefined,
): Promise<readonly TimedSplit[]> {
  const seen: TimedSplit[] = [];
  await releases.splitsDuring(update, (split) => {
    seen.push({ split, at: Date.now() });
    look(split);
  });
  return seen;
}
