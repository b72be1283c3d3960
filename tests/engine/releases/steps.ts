import assert from "node:assert/strict";
import { changes } from "../support/engine-events";
import type { Scenario } from "./releases";

/** The settings of a rollout. The remote modules' clock runs ten times as fast. */
export const rollout = { steps: [5, 50], pause: 60, bake: 60, watch: { errors: 100 } };

/** Rollouts whose release is good, or is found bad by its targets' health. */
export const steps: readonly Scenario[] = [
  {
    name: "a release gets its requests in steps, and one that has had traffic before at once",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const splits = await releases.splitsDuring(() => releases.up({ version }));
      assert.deepEqual(splits, [
        { [old]: 100 },
        { [old]: 95, [version]: 5 },
        { [old]: 50, [version]: 50 },
        { [version]: 100 },
      ]);
      const back = await releases.splitsDuring(() => releases.up({ version: old }));
      assert.deepEqual(back, [{ [version]: 100 }, { [old]: 100 }]);
    },
  },
  {
    name: "a release whose instances become unhealthy at 5 % loses its requests, and the revert leaves nothing to change",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          message: new RegExp(`the rollout was taken back: ${id(version)} at 5 %: `),
          seen: (split) => {
            if (split[version] === 5) releases.cloud.fail(version);
          },
        },
      );
      assert.equal((await releases.stack.run.outputs()).version, old);
      await releases.up({ version: old });
      assert.deepEqual(await releases.weights(), { [old]: 100 });
      await releases.unchanged();
    },
  },
  {
    name: "a changed setting of the rollout moves nothing",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const run = await releases.up({ rollout: { ...rollout, bake: 50 } });
      const others = changes(run).filter(({ operation }) => operation !== "update");
      assert.deepEqual(others, []);
      assert.deepEqual(await releases.weights(), { [old]: 100 });
      await releases.up({ rollout });
    },
  },
];

/** A pattern of the id of a version's release. */
export function id(version: string): string {
  return `${version.replaceAll(".", "-")}-[0-9a-f]{6}`;
}
