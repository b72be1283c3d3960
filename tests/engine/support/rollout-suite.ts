/** Rollouts on one cloud: a good release, a bad one, an interrupted one, and the way back. */
import assert from "node:assert/strict";
import { changes, failures, plannedChanges } from "./engine-events";
import { failure } from "./checks";
import { pause } from "./processes";
import type { ServiceStack } from "./world";

/** A cloud with a stack whose service has a rollout, and no update yet. */
export interface RolloutCloud {
  readonly stack: ServiceStack;
  /** The traffic split, by release id. */
  split(): Record<string, number> | Promise<Record<string, number>>;
  /** Lets the load balancer find every instance of a version unhealthy. */
  fail(version: string): void;
}

/** The settings of the service's rollout. The remote modules' clock runs ten times as fast. */
export const rollout = { steps: [5, 50], pause: 60, bake: 60 };

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

  /** Updates, and returns every split that the rule had meanwhile; `seen` is told of each. */
  async function splitsDuring(
    update: () => Promise<unknown>,
    seen: (split: Record<string, number>) => void = () => undefined,
  ): Promise<Record<string, number>[]> {
    const splits: Record<string, number>[] = [];
    const state = { running: true };
    const watching = (async () => {
      while (state.running) {
        const split = await weights();
        if (JSON.stringify(split) !== JSON.stringify(splits.at(-1))) {
          splits.push(split);
          seen(split);
        }
        await pause(50);
      }
    })();
    try {
      await update();
    } finally {
      state.running = false;
      await watching;
    }
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

  it("a rollout whose engine was killed goes on with the next update", async () => {
    const { stack } = cloud();
    await killAt("1.3.0", 50);
    await stack.run.cancel();
    assert.deepEqual(await weights(), { "1.1.0": 50, "1.3.0": 50 });
    const said: string[] = [];
    const splits = await splitsDuring(async () => {
      said.push((await stack.up()).stdout);
    });
    assert.deepEqual(splits, [{ "1.1.0": 50, "1.3.0": 50 }, { "1.3.0": 100 }]);
    assert.match(said.join(""), /1-3-0-[0-9a-f]{6}: 50 %, watched for 60 s[\s\S]+: 100 %, watched for 60 s/);
    assert.doesNotMatch(said.join(""), / 5 %, watched/);
  });

  it("a rollout whose engine was killed is taken back with the change", async () => {
    const { stack } = cloud();
    await killAt("1.4.0", 5);
    await stack.run.cancel();
    const splits = await splitsDuring(() => stack.up({ version: "1.3.0" }));
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
