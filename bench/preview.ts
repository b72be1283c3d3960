import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";

const execute = promisify(execFile);

/** A program whose previews are timed, and how Pulumi runs it. */
export interface Program {
  /** Its entry point, from the project's folder. */
  readonly main: string;
  /** `tsx` as this project's Pulumi.yaml has it, or Pulumi's default, ts-node. */
  readonly runtime: "tsx" | "default";
  /** Whether the runtime finds the compiled files of an earlier run; a pipeline on a new machine has none. */
  readonly cached: boolean;
}

/** The time of one preview, in milliseconds. */
export interface PreviewTime {
  /** From the start of the program's process to its end. */
  readonly lived: number;
  /** The computing time of that process. */
  readonly computed: number;
}

/** Where the engine is: on the PATH, or in the project's .pulumi-home; undefined if nowhere. */
export async function findEngine(root: string): Promise<NodeJS.ProcessEnv | undefined> {
  const home = join(root, ".pulumi-home");
  const own = existsSync(join(home, "bin", "pulumi"));
  const env = {
    ...process.env,
    ...(own && process.env.PULUMI_HOME === undefined ? { PULUMI_HOME: home } : {}),
    PATH: [process.env.PATH, ...(own ? [join(home, "bin")] : [])].join(delimiter),
  };
  return execute("pulumi", ["version"], { env }).then(
    () => env,
    () => undefined,
  );
}

/**
 * Sets up a project in a temporary folder, with its state and no account, and passes `use` a function that previews.
 */
export async function withProject<T>(
  root: string,
  program: Program,
  engine: NodeJS.ProcessEnv,
  use: (preview: () => Promise<PreviewTime>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    for (const part of ["components", "index.ts", "bench", "package.json", "tsconfig.json"])
      await cp(join(root, part), join(folder, part), { recursive: true });
    await cp(join(root, "bench", "hand-written", "Pulumi.bench.yaml"), join(folder, "Pulumi.bench.yaml"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    await writeFile(join(folder, "Pulumi.yaml"), manifestOf(program, join(folder, "bench")));
    const clock = join(folder, "clock");
    const env = {
      ...engine,
      ...(program.cached ? {} : { TS_NODE_CACHE: "false", TSX_DISABLE_CACHE: "1" }),
      BENCH_CLOCK: clock,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const pulumi = (...args: string[]) =>
      execute("pulumi", [...args, "--non-interactive"], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
    await pulumi("stack", "init", "bench");
    return await use(async () => {
      await rm(clock, { force: true });
      await pulumi("preview", "--stack", "bench");
      const [lived, computed] = (await readFile(clock, "utf8")).trim().split(/\s/).map(Number);
      if (lived === undefined || computed === undefined) throw new Error("the program did not write how long it lived");
      return { lived, computed };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function manifestOf({ main, runtime }: Program, bench: string): string {
  const clock = `--import ${join(bench, "clock.js")}`;
  const options =
    runtime === "tsx"
      ? { typescript: false, nodeargs: `--import tsx ${clock}` }
      : { nodeargs: clock, tsconfig: join(bench, "hand-written", "tsconfig.bench.json") };
  return stringify({ name: "immutable-service", main, runtime: { name: "nodejs", options } });
}
