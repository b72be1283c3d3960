import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { PlanCost } from "../../bench/plan-services";
import { compared, median, sideBySide } from "../../bench/measure";
import { type Project, committedProject, stackFile } from "./project";

const execute = promisify(execFile);

/** The cost of so many services in a process like that of `npm run -s plan`: of their plan, or of their bare resources. */
async function costOf(services: number, kind: "plan" | "bare"): Promise<PlanCost> {
  const args = ["--import", "tsx", "bench/plan-services.ts", String(services), kind];
  const { stdout } = await execute(process.execPath, args, { cwd: resolve(__dirname, "../..") });
  return JSON.parse(stdout) as PlanCost;
}

/** What a further service costs. Computing time: the time on the clock depends on what else runs on the machine. */
async function furtherService(kind: "plan" | "bare"): Promise<Pick<PlanCost, "computed" | "megabytes">> {
  const [few, many] = [10, 40];
  const [less, more] = [await costOf(few, kind), await costOf(many, kind)];
  const further = (figure: (cost: PlanCost) => number) => (figure(more) - figure(less)) / (many - few);
  return { computed: further(({ computed }) => computed), megabytes: further(({ megabytes }) => megabytes) };
}

describe("a further service in a plan", () => {
  // A limit in milliseconds would fit one machine. Quadratic growth would show too.
  it("costs at most 3 times what the SDK alone takes for its resources, and 4 MB", async () => {
    const pairs = await sideBySide(
      3,
      () => furtherService("plan"),
      () => furtherService("bare"),
    );
    const { first, second } = compared(pairs.map(([plan, bare]) => [plan.computed, bare.computed]));
    const megabytes = median(pairs.map(([plan]) => plan.megabytes));
    assert.ok(first <= 3 * second, `${first.toFixed(0)} ms of computing, ${second.toFixed(0)} ms by the SDK alone`);
    assert.ok(megabytes <= 4, `${megabytes.toFixed(1)} MB`);
  });
});

/** Seconds on the clock that a plan takes. */
async function durationOf({ folder }: Project, ...args: string[]): Promise<number> {
  const before = performance.now();
  await execute(process.execPath, ["--import", "tsx", "plan/main.ts", ...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  return (performance.now() - before) / 1000;
}

// What a reader waits for. The two plans take turns, and the file runs alone, so that what else the machine does
// falls on both. On two cores the two processes of a changed program run beside each other.
describe("a plan against another commit", () => {
  const made = committedProject({ sources: true });

  const ratio = async () => {
    const { project, commit } = made;
    const pairs = await sideBySide(
      7,
      () => durationOf(project, "--against", commit),
      () => durationOf(project),
    );
    return compared(pairs).ratio;
  };

  it("takes at most 1.5 times as long as a plan where only the stack file has changed", async () => {
    made.project.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0"));
    const times = await ratio();
    assert.ok(times <= 1.5, `${times.toFixed(2)} times a plan`);
  });

  it("takes at most twice as long as a plan where the program has changed", async () => {
    made.project.write("index.ts", `${readFileSync(join(made.project.folder, "index.ts"), "utf8")}\n// A change.\n`);
    const times = await ratio();
    assert.ok(times <= 2, `${times.toFixed(2)} times a plan`);
  });
});
