import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { PlanCost } from "../../bench/plan-services";
import { compared, median, sideBySide } from "../../bench/measure";
import { type Project, committedProject, stackFile } from "./project";

const execute = promisify(execFile);

/** The cost of a plan with so many services, in a process like that of `npm run -s plan`. */
async function costOf(services: number): Promise<PlanCost> {
  const args = ["--import", "tsx", "bench/plan-services.ts", String(services)];
  const { stdout } = await execute(process.execPath, args, { cwd: resolve(__dirname, "../..") });
  return JSON.parse(stdout) as PlanCost;
}

describe("a further service in a plan", function () {
  this.timeout(240_000);

  it("costs at most 60 ms and 4 MB", async () => {
    const [few, many] = [10, 40];
    const pairs = await sideBySide(
      3,
      () => costOf(few),
      () => costOf(many),
    );
    const further = (figure: (cost: PlanCost) => number) =>
      median(pairs.map(([less, more]) => (figure(more) - figure(less)) / (many - few)));
    // Computing time: the time on the clock depends on what else runs on the machine. Quadratic growth would show too.
    const milliseconds = further(({ computed }) => computed);
    const megabytes = further(({ megabytes: peak }) => peak);
    assert.ok(milliseconds <= 60, `${milliseconds.toFixed(0)} ms of computing`);
    assert.ok(megabytes <= 4, `${megabytes.toFixed(1)} MB`);
  });
});

/**
 * Seconds that a plan's process and those that it starts compute for the user. What else runs on the machine changes it
 * little, unlike the time on the clock.
 */
async function computingOf({ folder }: Project, ...args: string[]): Promise<number> {
  const command = [process.execPath, "--import", "tsx", "plan/main.ts", ...args];
  const { stdout } = await execute("sh", ["-c", '"$@" > /dev/null && times', "sh", ...command], { cwd: folder });
  // The shell's own times are on the first line, those of the processes that it has waited for on the second.
  const [, minutes = "", seconds = ""] = /\n(\d+)m([\d.]+)s/.exec(stdout) ?? assert.fail(stdout);
  return Number(minutes) * 60 + Number(seconds);
}

describe("a plan against another commit", function () {
  this.timeout(240_000);
  const made = committedProject();

  const ratio = async (pairsToRun: number) => {
    const { project, commit } = made;
    const pairs = await sideBySide(
      pairsToRun,
      () => computingOf(project, "--against", commit),
      () => computingOf(project),
    );
    return compared(pairs).ratio;
  };

  it("computes at most 1.5 times as much as a plan where only the stack file has changed", async () => {
    made.project.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0"));
    const times = await ratio(5);
    assert.ok(times <= 1.5, `${times.toFixed(2)} times a plan`);
  });

  // Two plans in two processes at the same time, so on two cores it hardly takes longer than one; and git.
  it("computes at most twice as much as a plan where the program has changed", async () => {
    made.project.write("index.ts", `${readFileSync(join(made.project.folder, "index.ts"), "utf8")}\n// A change.\n`);
    const times = await ratio(11);
    assert.ok(times <= 2, `${times.toFixed(2)} times a plan`);
  });
});
