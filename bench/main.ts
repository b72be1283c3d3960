import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { compared, median, sideBySide } from "./measure";
import { type PreviewTime, type Program, findEngine, withProject } from "./preview";
import { differences } from "./same";
import type { PlanCost } from "./plan-services";

/*
 * `npm run bench [-- <runs>]`: what the plan costs beside the import of the SDKs that it needs, what a comparison with
 * another commit costs beside it, what a further service costs in it, and what the project's program costs in a preview
 * beside a program that declares the same resources by hand. Both of a pair run in turn, so that their ratio holds on a
 * busy machine; the times alone do not.
 */
const root = resolve(__dirname, "..");
const runs = Number(process.argv[2] ?? 7);

async function main(): Promise<void> {
  await benchPlan();
  await benchAgainst();
  await benchFurtherService();
  await benchPreview();
}

async function benchPlan(): Promise<void> {
  const stackFile = ["--config-file", "bench/hand-written/Pulumi.bench.yaml"];
  const plan = () => timed("npm", ["run", "--silent", "plan", "--", ...stackFile]);
  const imports = () => timed(process.execPath, ["-e", 'require("@pulumi/pulumi"); require("@pulumi/aws")']);
  const { first, second, ratio } = compared(await sideBySide(runs, plan, imports));
  print(
    "npm run -s plan",
    `${ms(first)}, ${times(ratio)} node that imports @pulumi/pulumi and @pulumi/aws (${ms(second)})`,
  );
}

async function benchAgainst(): Promise<void> {
  const plan = (...args: string[]) => timed("npm", ["run", "--silent", "plan", "--", ...args]);
  const pairs = await sideBySide(
    runs,
    () => plan("--against", "HEAD"),
    () => plan(),
  );
  const { first, second, ratio } = compared(pairs);
  print(
    "npm run -s plan",
    `with --against HEAD ${ms(first)}, ${times(ratio)} without (${ms(second)}); goal: at most 2 times`,
  );
}

async function benchFurtherService(): Promise<void> {
  const [few, many] = [10, 40];
  const pairs = await sideBySide(
    runs,
    () => costOf(few),
    () => costOf(many),
  );
  const further = (figure: (cost: PlanCost) => number) =>
    median(pairs.map(([less, more]) => (figure(more) - figure(less)) / (many - few)));
  const time = ms(further(({ milliseconds }) => milliseconds));
  const computing = ms(further(({ computed }) => computed));
  const memory = `${further(({ megabytes }) => megabytes).toFixed(1)} MB`;
  print(
    "a further service",
    `${time} (${computing} of computing), ${memory}, from ${few} to ${many} in a plan; goal: at most 60 ms and 4 MB`,
  );
}

async function benchPreview(): Promise<void> {
  const different = await differences(root);
  print(
    "hand-written program",
    different.length === 0
      ? "declares the same resources with the same inputs"
      : `DIFFERS in ${different.join(", ")}: bring bench/hand-written up to date`,
  );
  const engine = await findEngine(root);
  if (engine === undefined) {
    print("pulumi preview", "skipped: no pulumi on the PATH nor in .pulumi-home/bin");
    return;
  }
  // ts-node checks the types of the program and of the SDKs only where it has no compiled files of an earlier run.
  for (const [how, runtime, cached, goal] of [
    ["by Pulumi's default runtime, as in a pipeline", "default", false, "; goal: at most 0.90 times"],
    ["by Pulumi's default runtime, run before", "default", true, ""],
    ["by tsx too, run before", "tsx", true, "; goal: at most 1.10 times"],
  ] as const) {
    const project: Program = { main: "index.ts", runtime: "tsx", cached };
    const written: Program = { main: "bench/hand-written/index.ts", runtime, cached };
    const pairs = await withProject(root, project, engine, (ours) =>
      withProject(root, written, engine, (theirs) => sideBySide(runs, ours, theirs)),
    );
    const ratioOf = (figure: (time: PreviewTime) => number) =>
      compared(pairs.map(([ours, theirs]) => [figure(ours), figure(theirs)] as const));
    const lived = ratioOf((time) => time.lived);
    // Depends less on what else runs on the machine.
    const computed = ratioOf((time) => time.computed);
    print(
      "the program in preview",
      `${ms(lived.first)}, ${times(lived.ratio)} the hand-written program ${how} (${ms(lived.second)})${goal}`,
    );
    print("  of it computing", `${ms(computed.first)}, ${times(computed.ratio)} (${ms(computed.second)})`);
  }
}

async function costOf(services: number): Promise<PlanCost> {
  const output = await finished(process.execPath, ["--import", "tsx", "bench/plan-services.ts", String(services)]);
  return JSON.parse(output) as PlanCost;
}

/** Milliseconds that a command takes from its start to its end. */
async function timed(command: string, args: readonly string[]): Promise<number> {
  const began = performance.now();
  await finished(command, args);
  return performance.now() - began;
}

/** Runs a command and returns what it printed. */
function finished(command: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, [...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (part: Buffer) => (printed[stream] += part.toString()));
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0) done(printed.stdout);
      else fail(new Error(`${command} ${args.join(" ")} failed:\n${printed.stderr}`));
    });
  });
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} times`;
}

function print(topic: string, line: string): void {
  process.stdout.write(`${topic.padEnd(24)}${line}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
