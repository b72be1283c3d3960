import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { PlanCost } from "../../bench/plan-services";
import { median, sideBySide } from "../../bench/measure";

const execute = promisify(execFile);

/** The cost of a plan with so many services, in a process like that of `npm run -s plan`. */
async function costOf(services: number): Promise<PlanCost> {
  const args = ["--import", "tsx", "bench/plan-services.ts", String(services)];
  const { stdout } = await execute(process.execPath, args, { cwd: resolve(__dirname, "../..") });
  return JSON.parse(stdout) as PlanCost;
}

describe("a further service in a plan", function () {
  this.timeout(240_000);

  it("costs at most 60 ms and 3 MB", async () => {
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
    assert.ok(megabytes <= 3, `${megabytes.toFixed(1)} MB`);
  });
});
