import assert from "node:assert/strict";
import { backSeconds, stepsOf } from "../../../components/clouds/rollout";
import { sum } from "../../../components/clouds/rollout-metrics";
import type { Step } from "../support/engine-events";
import type { Scenario } from "./releases";

/** The defaults: three steps of three minutes. */
const rollout = { steps: [5, 50], pause: 180, bake: 180, watch: { errors: 1, alarms: [] } };

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
      const times: number[] = [];
      const splits = await releases.splitsDuring(
        () => releases.up({ version }, { onStep }),
        () => times.push(Date.now()),
      );
      const [first, half] = [
        { [old]: 95, [version]: 5 },
        { [old]: 50, [version]: 50 },
      ];
      assert.deepEqual(splits, [{ [old]: 100 }, first, half, { [version]: 100 }]);
      const begun = times.slice(1);
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
      const times: number[] = [];
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          message: /the rollout was taken back: /,
          seen: () => times.push(Date.now()),
        },
      );
      const [, bad = 0, back = 0] = times;
      const took = (back - bad) / 1000;
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
      const times: number[] = [];
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          seen: (split) => {
            times.push(Date.now());
            if (split[version] === 5) releases.cloud.fail(version);
          },
        },
      );
      const [, dead = 0, back = 0] = times;
      assert.ok(back - dead <= 15_000, `${back - dead} ms`);
      await releases.up({ version: old });
    },
  },
];
