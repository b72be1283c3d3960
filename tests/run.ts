/**
 * What `npm test` does: the checks; then every test that mostly waits or needs one processor, several files at once; then,
 * with the machine to itself, what measures time. What stands behind `npm test --` goes to mocha; with files or folders
 * there, it is one plain run of mocha. The images' own tests are left to `npm run test:images`: they build for minutes on end.
 */
import { spawn, type StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What a run came to. */
export interface Numbers {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(__dirname, "..");
const given = process.argv.slice(2);
/** Mocha's configuration looks at the same arguments: it has no files of its own where some are named. */
const namesFiles = (createRequire(__filename)("../.mocharc.cjs") as { spec?: string[] }).spec === undefined;

/** More than there are processors: an engine's test waits for a cloud most of its time. */
const atOnce = Math.max(3, availableParallelism() - 1);

/** What measures time: requests at an even rate, the plan's cost. */
const alone = ["tests/engine/traffic-*.test.ts", "tests/plan/cost.test.ts"];
const phases = {
  /** The engine's files are the longest and so the first. */
  beside: [
    "--parallel",
    `--jobs=${atOnce}`,
    ...alone.map((files) => `--ignore=${files}`),
    "tests/engine/**/*.test.ts",
    "tests/!(engine|images)/**/*.test.ts",
    "packages/*/tests/**/*.test.ts",
  ],
  alone,
};

/** Mocha gets a Ctrl-C too, and takes down what it has started; that is waited for. */
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

async function main(): Promise<Numbers[]> {
  const checks = await Promise.all(
    ["lint", "types"].map((check) => run(check, "npm", ["run", "--silent", check], { live: false })),
  );
  if (checks.some(({ failed }) => failed > 0)) {
    console.log("no test was run");
    return checks;
  }
  if (namesFiles) return [await mocha("the tests that were named", [])];
  const beside = await mocha("several files at once", phases.beside);
  const all = interrupted ? [beside] : [beside, await mocha("alone", phases.alone)];
  console.log("not run here: the images are built and run by npm run test:images");
  return all;
}

function mocha(title: string, options: string[]): Promise<Numbers> {
  const color = process.stdout.isTTY ? ["--color"] : [];
  return run(
    title,
    process.execPath,
    [
      join(root, "node_modules/mocha/bin/mocha.js"),
      `--reporter=${join(__dirname, "reporter.ts")}`,
      ...color,
      ...options,
      ...given,
    ],
    { live: true },
  );
}

/** Runs a program to its end. What it says is shown at once, or, so that two do not talk at the same time, at its end. */
function run(title: string, program: string, args: string[], { live }: { live: boolean }): Promise<Numbers> {
  const output: StdioOptions = live ? ["inherit", "inherit", "inherit", "ipc"] : ["ignore", "pipe", "pipe", "ipc"];
  const started = Date.now();
  const child = spawn(program, args, { cwd: root, stdio: output });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => said.push(chunk));
  child.on("error", (error) => said.push(Buffer.from(`${error.message}\n`)));
  let numbers: Numbers | undefined;
  child.on("message", (message) => {
    numbers = message as Numbers;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      // A mocha without numbers was ended by something, though it may look as if all were well.
      const ok = code === 0 && (numbers !== undefined || program === "npm");
      process.stdout.write(Buffer.concat(said));
      const end = ok
        ? ""
        : `, ended with ${signal ?? code}${numbers || program === "npm" ? "" : " before its last test"}`;
      console.log(`${title}: ${((Date.now() - started) / 1000).toFixed(0)} s${end}`);
      resolve({ passed: 0, skipped: 0, ...numbers, failed: ok ? 0 : Math.max(1, numbers?.failed ?? 0) });
    });
  });
}

void main().then((runs) => {
  const sum = (what: keyof Numbers) => runs.reduce((total, each) => total + each[what], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
  if (sum("failed") > 0 || interrupted) process.exitCode = 1;
});
