/** Programs that the traffic tests run, and waiting. */
import { execFile, type ChildProcess } from "node:child_process";
import { pause } from "../support/processes";

/** Runs a program to its end and gives its standard output; a failure carries what it wrote to standard error. */
export function run(program: string, args: readonly string[], input?: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        maxBuffer: 16 * 1024 * 1024,
        // The engine here has no BuildKit plugin for its client; the classic builder needs none.
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

/** Asks until the answer is neither undefined nor false; fails with `what` when that takes longer than `withinMs`. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await pause(100);
  }
}

/** Ends a child process that the test itself started, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 8_000);
  await gone;
  clearTimeout(hard);
}
