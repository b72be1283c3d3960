import assert from "node:assert/strict";
import { fast } from "./release-cloud";
import type { Scenario } from "./releases";
import { id } from "./steps";

const rollout = { steps: [5], pause: 60, bake: 60, watch: { alarms: ["on-call"] } };

/** Rollouts that are watched by the load balancer's metrics and by an alarm. */
export const metrics: readonly Scenario[] = [
  {
    name: "a release that answers one request in ten with 500 loses its requests at 5 %",
    async run(releases) {
      const { requests, alarm } = releases.cloud;
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await alarm("on-call", "ALARM");
      requests.failing.set(version, 0.1).set(old, 0.001);
      const times: number[] = [];
      const failed = "[\\d.]+ % of [\\d,]+ requests failed \\(before: 0[.\\d]* % of";
      const printed = await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          message: new RegExp(`taken back: ${id(version)} at 5 %: ${id(version)}: from .* UTC, ${failed}`),
          seen: () => times.push(Date.now()),
        },
      );
      const [, bad = 0, back = 0] = times;
      // Two periods and their publication, and much for a busy machine.
      assert.ok(back - bad <= 6 * fast.metricPeriod, `${back - bad} ms`);
      assert.match(printed, /not watched, because they fire already: on-call/);
      await alarm("on-call", "OK");
      await releases.up({ version: old });
    },
  },
  {
    name: "a release with an alarm loses its requests",
    async run(releases) {
      const { alarm } = releases.cloud;
      await alarm("on-call", "OK");
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          seen: async (split) => {
            if (split[version] === 5) await alarm("on-call", "ALARM");
          },
        },
      );
      await alarm("on-call", "OK");
      await releases.up({ version: old });
    },
  },
  {
    name: "a release that the metrics call good gets all requests",
    async run(releases) {
      await releases.cloud.alarm("on-call", "OK");
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const splits = await releases.splitsDuring(async () => {
        const { stdout } = await releases.up({ version });
        const seen = "0 % of [\\d,]+ requests failed \\(before: [\\d.]+ % of [\\d,]+\\), 20 ms on average";
        assert.match(stdout, new RegExp(`${id(version)}: ${seen}`));
        assert.doesNotMatch(stdout, /the rollout goes on/);
      });
      assert.deepEqual(splits, [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [version]: 100 }]);
    },
  },
  {
    name: "a rollout does not begin where the metrics cannot be read",
    async run(releases) {
      const old = await releases.serving({ rollout });
      releases.cloud.breakMetrics(true);
      const message = /has not begun, and nothing has moved/;
      await releases.fails({ version: releases.next() }, { splits: [{ [old]: 100 }], message }).finally(() => {
        releases.cloud.breakMetrics(false);
      });
      await releases.up({ version: old });
      assert.deepEqual(await releases.weights(), { [old]: 100 });
    },
  },
];
