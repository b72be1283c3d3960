/** Runs programs for the traffic tests, and waits for conditions. */
import { execFile, type ChildProcess } from "node:child_process";
import { pause } from "../support/processes";

/** Runs a program and returns its standard output; a failure's message contains its standard error. */
export function run(program: string, args: readonly string[], input?: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        maxBuffer: 16 * 1024 * 1024,
        // The classic builder, because Docker's client may have no BuildKit plugin.
        env: { ...process.env, DOCKER_BUILDKIT: "0" },
      },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${program} ${args.join(" ")}: ${stderr.trim() || error.message}`));
        else resolve(stdout.trim());
      },
    );
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** Runs the Docker client. */
export function docker(...args: string[]): Promise<string> {
  return run("docker", args);
}

/** Polls until `probe` returns neither undefined nor false; throws after `withinMs`, naming `what` it waited for. */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await pause(100);
  }
}

/** Ends a child process that the test started, and waits for its exit. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), 8_000);
  await exited;
  clearTimeout(kill);
}
