import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { PlanCost } from "../../bench/plan-services";
import { compared, median, sideBySide } from "../../bench/measure";
import { Project } from "./project";

const execute = promisify(execFile);

/** The cost of a plan with so many services, in a process like that of `npm run -s plan`. */
async function costOf(services: number): Promise<PlanCost> {
  const args = ["--import", "tsx", "bench/plan-services.ts", String(services)];
  const { stdout } = await execute(process.execPath, args, { cwd: resolve(__dirname, "../..") });
  return JSON.parse(stdout) as PlanCost;
}

describe("a further service in a plan", function () {
  this.timeout(240_000);

  it("costs at most 60 ms and 6 MB", async () => {
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
    // Every resource names the intent that it waits for, and the traffic split names them all.
    assert.ok(megabytes <= 6, `${megabytes.toFixed(1)} MB`);
  });
});

describe("a plan against another commit", function () {
  this.timeout(240_000);

  it("takes at most twice as long as a plan", async () => {
    const project = new Project();
    const commit = project.commit();
    const timed = async (...args: string[]) => {
      const began = performance.now();
      const { code, stderr } = await project.plan(...args);
      assert.equal(code, 0, stderr);
      return performance.now() - began;
    };
    // Side by side: what else runs on the machine slows both.
    const pairs = await sideBySide(
      3,
      () => timed("--against", commit),
      () => timed(),
    );
    project.remove();
    const { first, second, ratio } = compared(pairs);
    // Twice, and what the clock of a busy machine adds.
    assert.ok(ratio <= 2.5, `${ratio.toFixed(2)} times a plan: ${first.toFixed(0)} ms and ${second.toFixed(0)} ms`);
  });
});
