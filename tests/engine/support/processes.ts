/** Child processes of the engine tests: run one to its end, kill a whole family, find a free port. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
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

/** Starts a command in a process group of its own, so that a Ctrl-C meant for the tests does not reach it halfway. */
export function startCommand(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): RunningCommand {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  // It would otherwise outlive tests that are interrupted.
  const reap = () => { if (child.pid) killFamily(child.pid); };
  process.on("exit", reap);
  child.on("close", () => process.off("exit", reap));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => { resolve({ exitCode, stdout, stderr }); });
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

/** A port on the loopback interface that nothing listened on a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

/** Resolves after so many milliseconds. */
export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
