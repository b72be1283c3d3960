/** Rollouts on one cloud: a good release, a bad one, an interrupted one, and the way back. */
import assert from "node:assert/strict";
import { changes, failures, plannedChanges } from "./engine-events";
import { failure } from "./checks";
import { freezeNow } from "./freeze-suite";
import { pause } from "./processes";
import type { PlayedRequests } from "./played-requests";
import { whileUpdating } from "./watching";
import type { ServiceStack } from "./world";

/** A cloud with a stack whose service has a rollout, and no update yet. */
export interface RolloutCloud {
  readonly stack: ServiceStack;
  /** The traffic split, by release id. */
  split(): Record<string, number> | Promise<Record<string, number>>;
  /** Lets the load balancer find every instance of a version unhealthy. */
  fail(version: string): void;
  /** The requests to the service, which the load balancer's metrics count. */
  readonly requests: PlayedRequests;
  /** Whether the service for metrics fails. */
  breakMetrics(isDown: boolean): void;
  /** Creates an alarm, or changes its state. */
  alarm(name: string, state: "OK" | "ALARM"): Promise<void> | void;
}

/** The settings of the service's rollout. The remote modules' clock runs ten times as fast. */
export const rollout = { steps: [5, 50], pause: 60, bake: 60, watch: { errors: 100 } };

/** The milliseconds of a metric's period, a minute on that clock. */
export const metricPeriod = 6000;

/** Declares the tests in the calling suite. */
export function rolloutTests(cloud: () => RolloutCloud): void {
  /** The shares of requests in percent by version, without releases that have none. */
  const weights = async () => {
    const split = Object.entries(await cloud().split()).filter(([, weight]) => weight > 0);
    const all = split.reduce((sum, [, weight]) => sum + weight, 0);
    return Object.fromEntries(
      split.map(([release, weight]) => [
        release.replace(/-[0-9a-f]{6}$/, "").replaceAll("-", "."),
        Math.round((weight * 100) / all),
      ]),
    );
  };

  /** Updates, and returns every split that the rule had meanwhile; `seen` gets each. */
  async function splitsDuring(
    update: () => Promise<unknown>,
    seen: (split: Record<string, number>) => unknown = () => undefined,
  ): Promise<Record<string, number>[]> {
    const splits: Record<string, number>[] = [];
    await whileUpdating(update, async () => {
      const split = await weights();
      if (JSON.stringify(split) === JSON.stringify(splits.at(-1))) return;
      splits.push(split);
      await seen(split);
    });
    return splits;
  }

  it("the first release has no steps", async () => {
    await cloud().stack.up();
    assert.deepEqual(await weights(), { "1.0.0": 100 });
  });

  it("a release gets its requests in steps", async () => {
    const splits = await splitsDuring(() => cloud().stack.up({ version: "1.1.0" }));
    assert.deepEqual(splits, [
      { "1.0.0": 100 },
      { "1.0.0": 95, "1.1.0": 5 },
      { "1.0.0": 50, "1.1.0": 50 },
      { "1.1.0": 100 },
    ]);
  });

  it("a release whose instances become unhealthy at 5 % loses its requests, and the update fails", async () => {
    const { stack } = cloud();
    const messages: string[] = [];
    const splits = await splitsDuring(
      async () => {
        const run = await stack.up({ version: "1.2.0" }, { expectFailure: true });
        messages.push(failure(run).message);
        assert.ok(failures(run).length > 0);
      },
      (split) => {
        if (split["1.2.0"] === 5) cloud().fail("1.2.0");
      },
    );
    assert.deepEqual(splits, [{ "1.1.0": 100 }, { "1.1.0": 95, "1.2.0": 5 }, { "1.1.0": 100 }]);
    assert.match(messages.join("\n"), /the rollout was taken back: 1-2-0-[0-9a-f]{6} at 5 %: /);
    const { version } = await stack.run.outputs();
    assert.equal(version, "1.1.0");
  });

  it("the revert leaves nothing to change", async () => {
    const { stack } = cloud();
    await stack.up({ version: "1.1.0" });
    assert.deepEqual(await weights(), { "1.1.0": 100 });
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  /** A rollout that is watched by the metrics of the load balancer. */
  const watched = { steps: [5], pause: 60, bake: 60, watch: { alarms: ["on-call"] } };

  it("a release that answers one request in ten with 500 loses its requests at 5 %, by the load balancer's metrics", async () => {
    const { stack, requests } = cloud();
    await cloud().alarm("on-call", "ALARM");
    requests.failing.set("1.2.1", 0.1).set("1.1.0", 0.001);
    const messages: string[] = [];
    const times: number[] = [];
    const splits = await splitsDuring(
      async () => {
        const run = await stack.up({ version: "1.2.1", rollout: watched }, { expectFailure: true });
        messages.push(failure(run).message, run.stdout);
      },
      () => times.push(Date.now()),
    );
    assert.deepEqual(splits, [{ "1.1.0": 100 }, { "1.1.0": 95, "1.2.1": 5 }, { "1.1.0": 100 }]);
    const [, bad = 0, back = 0] = times;
    // Two periods and their publication, and much for a busy machine.
    assert.ok(back - bad <= 6 * metricPeriod, `${back - bad} ms`);
    assert.match(
      messages.join("\n"),
      /taken back: 1-2-1-\w+ at 5 %: 1-2-1-\w+: from .* UTC, [\d.]+ % of [\d,]+ requests failed \(before: 0[.\d]* % of/,
    );
    assert.match(messages.join("\n"), /not watched, because they fire already: on-call/);
  });

  it("a release with an alarm loses its requests, and one that the metrics call good gets them all", async () => {
    const { stack } = cloud();
    await stack.up({ version: "1.1.0" });
    await cloud().alarm("on-call", "OK");
    const splits = await splitsDuring(
      () => stack.up({ version: "1.2.2" }, { expectFailure: true }),
      async (split) => {
        if (split["1.2.2"] === 5) await cloud().alarm("on-call", "ALARM");
      },
    );
    assert.deepEqual(splits, [{ "1.1.0": 100 }, { "1.1.0": 95, "1.2.2": 5 }, { "1.1.0": 100 }]);
    await cloud().alarm("on-call", "OK");
    const run = await stack.up({ version: "1.1.0" });
    assert.ok(run.stdout.length > 0);
    const good = await splitsDuring(async () => {
      const { stdout } = await stack.up({ version: "1.2.3" });
      assert.match(stdout, /1-2-3-\w+: 0 % of [\d,]+ requests failed \(before: [\d.]+ % of [\d,]+\), 20 ms on average/);
      assert.doesNotMatch(stdout, /the rollout goes on/);
    });
    assert.deepEqual(good, [{ "1.1.0": 100 }, { "1.1.0": 95, "1.2.3": 5 }, { "1.2.3": 100 }]);
  });

  it("a rollout does not begin where the metrics cannot be read", async () => {
    const { stack } = cloud();
    cloud().breakMetrics(true);
    const messages: string[] = [];
    const splits = await splitsDuring(async () => {
      messages.push(failure(await stack.up({ version: "1.2.4" }, { expectFailure: true })).message);
    });
    cloud().breakMetrics(false);
    assert.deepEqual(splits, [{ "1.2.3": 100 }]);
    assert.match(messages.join("\n"), /has not begun, and nothing has moved/);
    // Back to the release and the settings with which the other tests go on.
    await stack.up({ version: "1.1.0", rollout });
    assert.deepEqual(await weights(), { "1.1.0": 100 });
  });

  /** Updates to a version, and kills the engine as soon as it has so many percent. */
  async function killAt(version: string, percent: number): Promise<void> {
    const { stack } = cloud();
    stack.set({ version });
    const state = { over: false };
    const reached = async () => {
      while (!state.over && (await weights())[version] !== percent) await pause(50);
    };
    const { killed } = await stack.run.upKilledBy((kill) => {
      void reached().finally(kill);
    });
    state.over = true;
    assert.equal(killed, true);
  }

  it("a rollout whose engine was killed goes on with the next update, in a freeze too", async () => {
    const { stack } = cloud();
    await killAt("1.3.0", 50);
    await stack.run.cancel();
    assert.deepEqual(await weights(), { "1.1.0": 50, "1.3.0": 50 });
    const said: string[] = [];
    const splits = await splitsDuring(async () => {
      said.push((await stack.up({ freeze: freezeNow() })).stdout);
    });
    stack.set({ freeze: [] });
    assert.deepEqual(splits, [{ "1.1.0": 50, "1.3.0": 50 }, { "1.3.0": 100 }]);
    assert.match(said.join(""), /1-3-0-[0-9a-f]{6}: 50 %, watched for 60 s[\s\S]+: 100 %, watched for 60 s/);
    assert.doesNotMatch(said.join(""), / 5 %, watched/);
  });

  it("a rollout whose engine was killed is taken back with the change, in a freeze too", async () => {
    const { stack } = cloud();
    await killAt("1.4.0", 5);
    await stack.run.cancel();
    const splits = await splitsDuring(() => stack.up({ version: "1.3.0", freeze: freezeNow() }));
    assert.deepEqual(splits, [{ "1.3.0": 95, "1.4.0": 5 }, { "1.3.0": 100 }]);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("a release that has had traffic before has no steps", async () => {
    const splits = await splitsDuring(() => cloud().stack.up({ version: "1.1.0" }));
    assert.deepEqual(splits, [{ "1.3.0": 100 }, { "1.1.0": 100 }]);
  });

  it("a changed setting of the rollout moves nothing", async () => {
    const run = await cloud().stack.up({ rollout: { ...rollout, bake: 50 } });
    assert.deepEqual(
      changes(run).filter(({ operation }) => operation !== "update"),
      [],
    );
    assert.deepEqual(await weights(), { "1.1.0": 100 });
  });
}
