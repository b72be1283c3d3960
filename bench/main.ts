import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { median, sideBySide } from "./measure";
import { type Previews, findEngine, withProject } from "./preview";
import { differences } from "./same";
import { timeOf } from "./services";

/*
 * `npm run bench [-- <runs>]`: what the plan costs beside the import of the SDKs that it cannot do without, and what the
 * project's program costs in a preview beside one that declares the same resources by hand. Both of a pair run in
 * turn, so that their ratio holds on a busy machine; the times alone do not.
 */
const root = resolve(__dirname, "..");
const runs = Number(process.argv[2] ?? 7);

async function main(): Promise<void> {
  const sdk = () => timed(process.execPath, ["-e", 'require("@pulumi/pulumi"); require("@pulumi/aws")']);
  const plan = await sideBySide(
    runs,
    () => timed("npm", ["run", "--silent", "plan", "--", "--config-file", "bench/hand-written/Pulumi.bench.yaml"]),
    sdk,
  );
  const empty = await sideBySide(runs, () => timed(process.execPath, ["-e", "0"]), sdk);
  say(
    `npm run plan            ${ms(plan.first)}, ${times(plan.ratio)} node that imports @pulumi/pulumi and @pulumi/aws (${ms(plan.second)}); node -e 0 takes ${ms(empty.first)}`,
  );

  const different = await differences(root);
  const services = [1, 10, 50];
  const each: number[] = [];
  for (const count of services) each.push((await timeOf(count)) / count);
  say(`a service in a plan     ${services.map((count, index) => `${ms(each[index] ?? 0)} of ${count}`).join(", ")}`);

  say(
    different.length === 0
      ? "hand-written program    declares the same resources with the same inputs"
      : `hand-written program    DIFFERS in ${different.join(", ")}: bring bench/hand-written/index.ts up to date`,
  );
  const engine = await findEngine(root);
  if (engine === undefined) {
    say("pulumi preview          skipped: no pulumi on the PATH nor in .pulumi-home/bin");
    return;
  }
  const computed: Record<"project" | "written", number[]> = { project: [], written: [] };
  const preview = await withProject(root, "project", engine, (project) =>
    withProject(root, "hand-written", engine, (written) => {
      const timeOfOne = async (previews: Previews, into: number[]) => {
        const time = await previews.time();
        into.push(time.computed);
        return time.lived;
      };
      return sideBySide(
        runs,
        () => timeOfOne(project, computed.project),
        () => timeOfOne(written, computed.written),
      );
    }),
  );
  // Computing time hardly depends on what else runs on the machine, so it tells more where that is much.
  const [ours, theirs] = [median(computed.project.slice(1)), median(computed.written.slice(1))];
  say(
    `the program in preview  ${ms(preview.first)}, ${times(preview.ratio)} the hand-written program (${ms(preview.second)}); goal: at most 1.10 times`,
  );
  say(`  of it computing       ${ms(ours)}, ${times(ours / theirs)} the hand-written program (${ms(theirs)})`);
}

/** Milliseconds that a command takes from its start to its end. */
function timed(command: string, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const began = performance.now();
    const child = spawn(command, [...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (part: Buffer) => (errors += part.toString()));
    child.on("error", fail);
    child.on("exit", (code) => {
      if (code === 0) done(performance.now() - began);
      else fail(new Error(`${command} ${args.join(" ")} failed:\n${errors}`));
    });
  });
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} times`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
