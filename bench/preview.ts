import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The program whose previews are timed. */
export type Program = "project" | "hand-written";

/** Previews of a program on the real engine. */
export interface Previews {
  /** Previews once; the milliseconds that the program's process lived and those that it computed. */
  time(): Promise<{ readonly lived: number; readonly computed: number }>;
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

/** Sets up a project in a folder of its own, with a state of its own and no account, and hands it to `use`. */
export async function withProject<T>(
  root: string,
  program: Program,
  engine: NodeJS.ProcessEnv,
  use: (previews: Previews) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await cp(join(root, "components"), join(folder, "components"), { recursive: true });
    await cp(join(root, "index.ts"), join(folder, "index.ts"));
    await cp(join(root, "bench"), join(folder, "bench"), { recursive: true });
    await cp(join(root, "package.json"), join(folder, "package.json"));
    await cp(join(root, "bench", "hand-written", "Pulumi.bench.yaml"), join(folder, "Pulumi.bench.yaml"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const main = program === "project" ? "index.ts" : "bench/hand-written/index.ts";
    await writeFile(
      join(folder, "Pulumi.yaml"),
      `name: immutable-service\nmain: ${main}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --import tsx --import ${join(folder, "bench", "clock.ts")}\n`,
    );
    const clock = join(folder, "clock");
    const env = {
      ...engine,
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
    return await use({
      async time() {
        await rm(clock, { force: true });
        await pulumi("preview", "--stack", "bench");
        const [lived, computed] = (await readFile(clock, "utf8")).trim().split(/\s/).map(Number);
        if (lived === undefined || computed === undefined)
          throw new Error("the program did not write how long it lived");
        return { lived, computed };
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
