import assert from "node:assert/strict";
import { failure } from "../support/checks";
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
      const said: string[] = [];
      const times: number[] = [];
      const splits = await releases.splitsDuring(
        async () => {
          const run = await releases.failingUp({ version });
          said.push(failure(run).message, run.stdout);
        },
        () => times.push(Date.now()),
      );
      assert.deepEqual(splits, [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }]);
      const [, bad = 0, back = 0] = times;
      // Two periods and their publication, and much for a busy machine.
      assert.ok(back - bad <= 6 * fast.metricPeriod, `${back - bad} ms`);
      const failed = "[\\d.]+ % of [\\d,]+ requests failed \\(before: 0[.\\d]* % of";
      const bads = new RegExp(`taken back: ${id(version)} at 5 %: ${id(version)}: from .* UTC, ${failed}`);
      assert.match(said.join("\n"), bads);
      assert.match(said.join("\n"), /not watched, because they fire already: on-call/);
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
      const splits = await releases.splitsDuring(
        () => releases.failingUp({ version }),
        async (split) => {
          if (split[version] === 5) await alarm("on-call", "ALARM");
        },
      );
      assert.deepEqual(splits, [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }]);
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
      const said: string[] = [];
      const splits = await releases.splitsDuring(async () => {
        said.push(failure(await releases.failingUp({ version: releases.next() })).message);
      });
      releases.cloud.breakMetrics(false);
      assert.deepEqual(splits, [{ [old]: 100 }]);
      assert.match(said.join("\n"), /has not begun, and nothing has moved/);
      await releases.up({ version: old });
      assert.deepEqual(await releases.weights(), { [old]: 100 });
    },
  },
];
