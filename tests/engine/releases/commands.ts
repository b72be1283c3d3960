import assert from "node:assert/strict";
import type { Report } from "../../../release/render";
import { runProgram } from "../support/program";
import type { Releases, Scenario } from "./releases";
import { id, rollout } from "./steps";

/** `npm run release`. Returns what it prints as JSON. */
async function release({ stack }: Releases, action: string): Promise<Report> {
  const { exitCode, stdout, stderr } = await runProgram(stack, ["release/main.ts", action]);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Report;
}

/** Rollouts that a person ends early. */
export const commands: readonly Scenario[] = [
  {
    name: "a rollout that is aborted by the command gives the requests back, and the next one is not",
    async run(releases) {
      await releases.cloud.alarm("on-call", "OK");
      const old = await releases.serving({ rollout: slow });
      const version = releases.next();
      const seen: unknown[] = [];
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [old]: 100 }],
          message: new RegExp(`taken back: ${id(version)} at 5 %: a person has aborted it`),
          seen: async (split) => {
            if (split[version] !== 5) return;
            const { releases: rows, alarms, fileProblem } = await release(releases, "status");
            seen.push(rows.map(({ weight, recorded, written }) => [weight, recorded, written]));
            assert.deepEqual([alarms, fileProblem], [[{ name: "on-call", state: "ok" }], null]);
            seen.push((await release(releases, "abort")).releases[0]?.weight);
          },
        },
      );
      const [[...during], after] = seen as [[number, number | null, number | null][], number];
      assert.deepEqual(during.slice(0, 2).sort(), [
        [5, null, 100],
        [95, 100, null],
      ]);
      assert.equal(after, 100);
      await releases.up({ rollout });
      assert.deepEqual(await releases.weights(), { [version]: 100 });
      await releases.up({ rollout: slow });
    },
  },
  {
    name: "a rollout that is promoted by the command gives the release all requests at once",
    async run(releases) {
      await releases.cloud.alarm("on-call", "OK");
      const old = await releases.serving({ rollout: slow });
      const version = releases.next();
      const splits = await releases.splitsDuring(
        () => releases.up({ version }),
        async (split) => {
          if (split[version] === 5) await release(releases, "promote");
        },
      );
      assert.deepEqual(splits, [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [version]: 100 }]);
      await releases.unchanged();
      assert.deepEqual((await release(releases, "status")).releases.map(({ weight }) => weight)[0], 100);
    },
  },
];

/** Longer than commands take on a busy machine. */
const slow = { ...rollout, pause: 1800, watch: { ...rollout.watch, alarms: ["on-call"] } };
