import assert from "node:assert/strict";
import { freezeNow } from "../support/freeze-suite";
import type { Scenario } from "./releases";
import { id, rollout } from "./steps";

/** Rollouts whose engine is killed, or loses its credentials. */
export const interrupted: readonly Scenario[] = [
  {
    name: "a rollout whose engine was killed at 50 % goes on with the next update, in a freeze too",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await releases.killAt(version, 50);
      assert.deepEqual(await releases.weights(), { [old]: 50, [version]: 50 });
      const said: string[] = [];
      const splits = await releases.splitsDuring(async () => {
        said.push((await releases.up({ freeze: freezeNow() })).stdout);
      });
      assert.deepEqual(splits, [{ [old]: 50, [version]: 50 }, { [version]: 100 }]);
      const steps = new RegExp(`${id(version)}: 50 %, watched for 60 s[^]+: 100 %, watched for 60 s`);
      assert.match(said.join(""), steps);
      assert.doesNotMatch(said.join(""), / 5 %, watched/);
      releases.stack.set({ freeze: [] });
    },
  },
  {
    name: "a rollout whose engine was killed at 5 % is taken back with the change, in a freeze too",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await releases.killAt(version, 5);
      const splits = await releases.splitsDuring(() => releases.up({ version: old, freeze: freezeNow() }));
      assert.deepEqual(splits, [{ [old]: 95, [version]: 5 }, { [old]: 100 }]);
      await releases.unchanged();
      releases.stack.set({ freeze: [] });
    },
  },
  {
    name: "a rollout whose credentials end at 5 % leaves the split, says so, and goes on with others",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const first = { [old]: 95, [version]: 5 };
      await releases
        .fails(
          { version },
          {
            splits: [{ [old]: 100 }, first],
            message: /the traffic could not be taken back: .*expired/i,
            seen: (split) => {
              if (split[version] === 5) releases.cloud.endCredentials(true);
            },
          },
        )
        .finally(() => {
          releases.cloud.endCredentials(false);
        });
      const onwards = await releases.splitsDuring(() => releases.up({}));
      assert.deepEqual(onwards, [first, { [old]: 50, [version]: 50 }, { [version]: 100 }]);
      await releases.unchanged();
    },
  },
  {
    name: "a rollout does not begin with credentials that end before it is over",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const env = { IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: new Date(Date.now() + 5000).toISOString() };
      const message = /has not begun, and nothing has moved: the credentials end at /;
      await releases.fails({ version }, { splits: [{ [old]: 100 }], message, env });
      await releases.up({});
      assert.deepEqual(await releases.weights(), { [version]: 100 });
    },
  },
];
