/**
 * `npm test`: runs the checks, then most test files in parallel, beside them and with precedence the one that sends
 * requests at an even rate, and then those that measure what a plan costs. Arguments after `npm test --` are passed to
 * mocha; if they name files or folders, there is one plain run of mocha. The images' tests are not included, because
 * they build for minutes: `npm run test:images`.
 */
import { spawn, type StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism, constants, setPriority } from "node:os";
import { join } from "node:path";
import { filesHash } from "./engine/live/results";
import { leftOut } from "./engine/pairs";

/** The number of tests by result. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(__dirname, "..");
const mochaArguments = process.argv.slice(2);
/** Mocha's configuration reads the same arguments and sets no `spec` if they name files. */
const namesFiles = (createRequire(__filename)("../.mocharc.cjs") as { spec?: string[] }).spec === undefined;

/** At least eight files in parallel, even on fewer processors: an engine test often waits. */
const jobs = Math.max(8, availableParallelism() - 1);

/** Requests at an even rate. */
const traffic = ["tests/engine/traffic.test.ts"];
/** What a plan costs; these tests run alone. */
const cost = ["tests/plan/cost.test.ts"];
/**
 * The files in parallel, without suites that the other cloud has too and whose turn it is not. The engine's files take
 * longest, so they start first, and of those the ones with most updates.
 */
function parallel(notChosen: readonly string[]): string[] {
  return [
    "--parallel",
    `--jobs=${jobs}`,
    ...[...traffic, ...cost, ...notChosen].map((files) => `--ignore=${files}`),
    "tests/engine/@(alicloud|live|network|releases|schedules)*.test.ts",
    "tests/engine/!(alicloud|live|network|releases|schedules)*.test.ts",
    "tests/!(engine|images)/**/*.test.ts",
    "packages/*/tests/**/*.test.ts",
  ];
}

/** On Ctrl-C, wait for mocha: it gets the signal too and ends its child processes. */
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

async function main(): Promise<TestCounts[]> {
  const checks = await Promise.all(
    ["lint", "types", "format:check", "layout"].map((check) =>
      run(check, "npm", ["run", "--silent", check], { live: false }),
    ),
  );
  if (checks.some(({ failed }) => failed > 0)) {
    console.log("no test was run, because a check failed");
    return checks;
  }
  if (namesFiles) return [await mocha("the named tests", [])];
  const seed = filesHash();
  const notChosen = leftOut(seed);
  const all = await Promise.all([
    mocha("files in parallel", parallel(notChosen), { yields: true }),
    mocha("traffic", traffic, { live: false }),
  ]);
  if (!interrupted) all.push(await mocha("files alone", cost));
  console.log("not included: the images' tests (npm run test:images)");
  console.log(`not in the sample ${seed.slice(0, 8)} (npm run test:pairs): ${notChosen.join(", ")}`);
  return all;
}

function mocha(title: string, options: string[], how: Partial<RunOptions> = {}): Promise<TestCounts> {
  const color = process.stdout.isTTY ? ["--color"] : [];
  return run(
    title,
    process.execPath,
    [
      join(root, "node_modules/mocha/bin/mocha.js"),
      `--reporter=${join(__dirname, "reporter.ts")}`,
      ...color,
      ...options,
      ...mochaArguments,
    ],
    { live: true, ...how },
  );
}

interface RunOptions {
  /** The output is shown live or, so that two programs' outputs do not mix, when the program ends. */
  readonly live: boolean;
  /** The program gets processors only while nothing else of the tests needs them. @default false */
  readonly yields?: boolean;
}

/** Runs a program. */
function run(title: string, program: string, args: string[], { live, yields }: RunOptions): Promise<TestCounts> {
  const stdio: StdioOptions = live ? ["inherit", "inherit", "inherit", "ipc"] : ["ignore", "pipe", "pipe", "ipc"];
  const started = Date.now();
  const child = spawn(program, args, { cwd: root, stdio });
  if (yields && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => output.push(chunk));
  child.on("error", (error) => output.push(Buffer.from(`${error.message}\n`)));
  let counts: TestCounts | undefined;
  child.on("message", (message) => {
    counts = message as TestCounts;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      // Mocha without counts did not reach its end, even with exit code 0.
      const ok = code === 0 && (counts !== undefined || program === "npm");
      process.stdout.write(Buffer.concat(output));
      const ending = ok
        ? ""
        : `, ended with ${signal ?? code}${counts || program === "npm" ? "" : " before its last test"}`;
      console.log(`${title}: ${((Date.now() - started) / 1000).toFixed(0)} s${ending}`);
      resolve({ passed: 0, skipped: 0, ...counts, failed: ok ? 0 : Math.max(1, counts?.failed ?? 0) });
    });
  });
}

void main().then((runs) => {
  const sum = (result: keyof TestCounts) => runs.reduce((total, run) => total + run[result], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
  if (sum("failed") > 0 || interrupted) process.exitCode = 1;
});
