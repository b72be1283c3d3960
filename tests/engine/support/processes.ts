/** Child processes of the engine tests: run one to its end, kill a whole family, find a free port. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** What a command said and how it ended; `exitCode` is null when a signal ended it. */
export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way: the child, and a promise of its end. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<CommandResult>;
}

// A signal ends Node.js without its "exit", and what the tests have started would go on.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));

/** Starts a command in a process group of its own, so that a Ctrl-C meant for the tests does not reach it halfway. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): RunningCommand {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  // It would otherwise outlive tests that are interrupted.
  const reap = () => {
    if (child.pid) killFamily(child.pid);
  };
  process.on("exit", reap);
  child.on("close", () => process.off("exit", reap));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr });
    });
  });
  return { child, ended };
}

/** SIGKILL for a process and everything below it. The engine gives each plugin a process group of its own, so one signal to the group would leave them running. */
export function killFamily(pid: number): void {
  // Stopped first: a family that still grows while it is listed would leave a survivor.
  signal(pid, "SIGSTOP");
  for (const member of descendants(pid)) signal(member, "SIGKILL");
  signal(pid, "SIGKILL");
}

/**
 * A port on the loopback interface that nothing listened on a moment ago, for a program that cannot choose one itself. Not one
 * from the kernel: those are also the ports of outgoing connections, of which files that run at the same time open many
 * before the program listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      server
        .once("error", () => {
          resolve(false);
        })
        .listen(port, "127.0.0.1", () => {
          resolve(true);
        });
    });
    if (!listens) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Resolves after so many milliseconds. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).stdout.split("\n")) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid && parent) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself in the meantime, which is what was asked for.
  }
}
