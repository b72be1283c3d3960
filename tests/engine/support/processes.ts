/** Child processes of the engine tests: run one, kill one with its descendants, find a free port. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { getPriority } from "node:os";

/** A command's output and exit code, which is null when a signal ended it. */
export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A running command, and a promise of its result. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<CommandResult>;
}

// A signal ends Node.js without an "exit" event, which would leave the tests' child processes running.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));

/** The commands that run: they would outlive interrupted tests. */
const alive = new Set<number>();
process.once("exit", () => {
  for (const pid of alive) killFamily(pid);
});

/** Starts a command in its own process group, so that a Ctrl-C for the tests does not interrupt it halfway. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): RunningCommand {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) {
    yieldAsHere(pid);
    alive.add(pid);
    child.on("close", () => alive.delete(pid));
  }
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

/**
 * Gives a new session the priority of this process. Where Linux schedules sessions as groups, a process's own priority
 * counts within its session only.
 */
function yieldAsHere(pid: number): void {
  const priority = getPriority();
  if (priority <= 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(priority));
  } catch {
    // No such groups on this machine, or the process has ended.
  }
}

/**
 * Kills a process and its descendants. The engine starts each plugin in its own process group, so a signal to the group
 * misses them.
 */
export function killFamily(pid: number): void {
  // Stopped first, so that it starts no new child while its descendants are listed.
  signal(pid, "SIGSTOP");
  for (const member of descendants(pid)) signal(member, "SIGKILL");
  signal(pid, "SIGKILL");
}

/**
 * A free port on the loopback interface, for a program that cannot choose one itself. It is not from the kernel's
 * ephemeral range: test files in parallel could take such a port for an outgoing connection before the program listens.
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

/** Resolves after the given number of milliseconds. */
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
    // It has already ended.
  }
}
