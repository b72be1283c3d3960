/** A process that stays for all commands of one stack: see resident.js. */
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startCommand, type RunningCommand } from "./processes";

/** What a process that stays does for the engine. */
export type ResidentRole = "language" | "provider";

/** One such process, started when the first command needs it. */
export class Resident {
  private started: { readonly running: RunningCommand; readonly port: Promise<number> } | undefined;

  constructor(
    private readonly role: ResidentRole,
    private readonly options: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
  ) {}

  /** Where it listens on the loopback interface. Rejects if it ends before it listens. */
  port(): Promise<number> {
    this.started ??= this.start();
    return this.started.port;
  }

  /** Ends it, if it runs; the next command starts another. */
  stop(): void {
    this.started?.running.child.kill("SIGKILL");
    this.started = undefined;
  }

  private start() {
    const { folder, env } = this.options;
    const running = startCommand(process.execPath, [join(__dirname, "resident.js"), this.role, folder], {
      cwd: folder,
      // As the engine sets it for its provider.
      env: { ...env, PULUMI_NODEJS_PROJECT: "immutable-service" },
    });
    const { stdout } = running.child;
    if (!stdout) throw new Error(`no output of the ${this.role} process`);
    const failed = running.ended.then(({ stderr }): never => {
      throw new Error(`the ${this.role} process ended:\n${stderr}`);
    });
    failed.catch(() => undefined);
    const listening = once(createInterface(stdout), "line").then(([line]) => Number(line));
    return { running, port: Promise.race([listening, failed]) };
  }
}
