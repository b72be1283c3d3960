import assert from "node:assert/strict";
import type { EditReport, Report } from "../../../release/render";
import type { RunningCommand } from "../support/processes";
import { runProgram, startProgram } from "../support/program";
import type { ServiceStack } from "../support/world";
import type { Releases, Scenario } from "./releases";
import { id, rollout } from "./steps";

/** `npm run release`. Returns what it prints as JSON. */
async function release({ stack }: Releases, action: string): Promise<Report> {
  return JSON.parse(await printed(stack, action)) as Report;
}

async function printed(stack: ServiceStack, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(stack, ["release/main.ts", ...args]);
  assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** Resolves once a command prints something. */
function prints({ child }: RunningCommand, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (text: unknown) => {
      if (pattern.test(String(text))) resolve();
    });
  });
}

/** A release's share of the requests in what `watch` prints. */
const share = (version: string, percent: number) => new RegExp(`${id(version)} ${percent} % \\(\\d+ healthy`);

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
      const watched: Promise<string>[] = [];
      const splits = await releases.splitsDuring(
        () => releases.up({ version }),
        async (split) => {
          if (split[version] !== 5) return;
          const watch = startProgram(releases.stack, ["release/main.ts", "watch"]);
          watched.push(watch.ended.then(({ exitCode, stdout }) => `${stdout}exit code ${exitCode ?? "none"}`));
          await Promise.race([prints(watch, share(version, 5)), watch.ended]);
          await release(releases, "promote");
        },
      );
      const lines = (await Promise.all(watched)).join("\n");
      assert.match(lines, new RegExp(`${share(version, 5).source}[^]*${share(version, 100).source}[^]*exit code 0$`));
      assert.deepEqual(splits, [{ [old]: 100 }, { [old]: 95, [version]: 5 }, { [version]: 100 }]);
      await releases.unchanged();
      assert.deepEqual((await release(releases, "status")).releases.map(({ weight }) => weight)[0], 100);
    },
  },
  {
    name: "the command goes back to the release that is kept, and brings that to the cloud",
    async run(releases) {
      const old = await releases.serving({ previous: { keep: true } });
      const version = releases.next();
      await releases.up({ version });
      const { upStatus, diff } = JSON.parse(await printed(releases.stack, "back", "--up", "--yes")) as EditReport;
      assert.equal(upStatus, 0);
      assert.match(diff, new RegExp(`-.*version: "${version}"\n\\+.*version: "${old}"`));
      assert.deepEqual(await releases.weights(), { [old]: 100 });
      await releases.up({ version: old });
      await releases.unchanged();
    },
  },
];

/** Longer than commands take on a busy machine. */
const slow = { ...rollout, pause: 1800, watch: { ...rollout.watch, alarms: ["on-call"] } };
