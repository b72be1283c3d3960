/** One stack of a program, run by the real engine in a temporary folder. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { compileProgram, refuseChanged } from "./compiled";
import { failures, readEvents, type EngineEvents, type Step } from "./engine-events";
import { engineEnvironment } from "./environment";
import { killFamily, pause, startCommand, type CommandResult } from "./processes";
import { Resident } from "./resident";
import { stackText } from "./stack-text";
import { repository, type Toolchain } from "./toolchain";

/** One run of the engine: how it ended and what it reported. */
export interface EngineRun extends EngineEvents, CommandResult {
  seconds: number;
}

/** What a stack is created with. */
export interface StackOptions {
  toolchain: Toolchain;
  /** The proxy in front of the emulator. @default none: the engine reaches no cloud, as a preview does not need one */
  gatewayUrl?: string;
  /** The stack's configuration, as in its file's `config`. */
  config: Record<string, unknown>;
  /** The folder of the program. @default the repository */
  program?: string;
  /** Runs the program's sources, as a user's engine does. @default false: the repository's program is compiled first */
  sources?: boolean;
  /** Keeps the provider's fixed pauses (60 s for a load balancer), for tests that measure time. @default false */
  realPauses?: boolean;
  /**
   * Keeps the waits of the program's own resources, for tests that measure time or send requests. @default false: ten
   * times as fast
   */
  realWaits?: boolean;
  /** Additional environment variables of the engine. */
  env?: NodeJS.ProcessEnv;
}

/** The files of the program; the rest of the repository is not copied. */
const programParts = [
  "Pulumi.yaml",
  "package.json",
  "tsconfig.json",
  "index.ts",
  "components",
  "images/ansible",
  "images/container",
  "images/versions.json",
  "images/app/pom.xml",
];

/**
 * A stack in a temporary folder with its own backend. Create it with `StackRun.create`, and call `remove` when done.
 */
export class StackRun {
  /** The folder that the program runs in. */
  readonly folder = mkdtempSync(join(tmpdir(), "stack-"));
  private readonly stack = "test";
  /** The stack file. */
  readonly file = join(this.folder, `Pulumi.${this.stack}.yaml`);
  /** The engine's environment, for other commands that run it. */
  readonly env: NodeJS.ProcessEnv;
  private runs = 0;
  /** What stays for the commands of a compiled program; none for one that runs as a user's engine runs it. */
  private readonly residents: { readonly language: Resident; readonly provider: Resident } | undefined;

  private constructor(private readonly options: StackOptions) {
    const backend = join(this.folder, ".state");
    mkdirSync(backend);
    // A copy, so that editing the program does not affect a run.
    for (const part of programParts) {
      const source = join(options.program ?? repository, part);
      if (existsSync(source)) cpSync(source, join(this.folder, part), { recursive: true });
    }
    // A program that has packages installed brings them; any other runs with the repository's.
    const installed = join(options.program ?? repository, "node_modules");
    symlinkSync(
      existsSync(installed) ? installed : join(repository, "node_modules"),
      join(this.folder, "node_modules"),
    );
    this.env = engineEnvironment({ ...options, backend });
    if (options.program !== undefined || options.sources) return;
    compileProgram(this.folder);
    const started = { folder: this.folder, env: this.env };
    this.residents = { language: new Resident("language", started), provider: new Resident("provider", started) };
  }

  /** A new, empty stack. */
  static async create(options: StackOptions): Promise<StackRun> {
    const stack = new StackRun(options);
    expectSuccess("stack init", await stack.command(["stack", "init", stack.stack]));
    stack.configure(options.config);
    return stack;
  }

  /** Replaces the stack's configuration. */
  configure(config: Record<string, unknown>): void {
    const previous = existsSync(this.file) ? (parse(readFileSync(this.file, "utf8")) as Record<string, unknown>) : {};
    // Keeps the rest of the file: it contains the salt of the secrets in the state.
    writeFileSync(this.file, stackText({ ...previous, config }));
  }

  /** Replaces the stack file by this text, and keeps the salt of the secrets. */
  write(text: string): void {
    const { encryptionsalt } = parse(readFileSync(this.file, "utf8")) as { encryptionsalt: string };
    writeFileSync(this.file, `encryptionsalt: ${encryptionsalt}\n${text}`);
  }

  /** `pulumi preview`; rejects when it does not end as expected. */
  async preview(
    options: { expectFailure?: boolean; flags?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<EngineRun> {
    return this.engine("preview", options.flags ?? [], options);
  }

  /** `pulumi up`; rejects when it does not end as expected. `onStep` gets each step as soon as the engine has logged it. */
  async up(
    options: {
      expectFailure?: boolean;
      flags?: readonly string[];
      env?: NodeJS.ProcessEnv;
      onStep?: (step: Step) => Promise<void>;
    } = {},
  ): Promise<EngineRun> {
    return this.engine("up", ["--yes", "--skip-preview", ...(options.flags ?? [])], options);
  }

  /** Reads every resource back from the cloud into the state. */
  async refresh(
    options: { expectFailure?: boolean; flags?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<EngineRun> {
    return this.engine("refresh", ["--yes", "--skip-preview", ...(options.flags ?? [])], options);
  }

  /** Deletes every resource of the stack. */
  async destroy(
    options: { expectFailure?: boolean; mayFail?: boolean; flags?: readonly string[] } = {},
  ): Promise<EngineRun> {
    return this.engine("destroy", ["--yes", "--skip-preview", ...(options.flags ?? [])], options);
  }

  /**
   * `pulumi up`, killed with its child processes once the engine has logged a step that `when` accepts. The stack stays
   * locked, as after a power loss.
   */
  async killedUp(
    when: (step: Step) => boolean,
    { flags = [] }: { flags?: readonly string[] } = {},
  ): Promise<EngineRun> {
    const { running, log, started } = this.start("up", ["--yes", "--skip-preview", ...flags]);
    const end = { reached: false };
    const ended = running.ended.finally(() => (end.reached = true));
    let events = readEvents(log);
    const reached = () => events.steps.some(when);
    const missed = () => end.reached || failures(events).length > 0 || Date.now() - started > 600_000;
    while (!reached() && !missed()) {
      await pause(20);
      events = readEvents(log);
    }
    if (running.child.pid && !end.reached) killFamily(running.child.pid);
    // Says why: a test that waits longer than its limit would report only that.
    if (!reached()) throw new Error(`the update did not reach the step to kill it at:\n${(await ended).stdout}`);
    return { ...(await ended), ...readEvents(log), seconds: (Date.now() - started) / 1000 };
  }

  /**
   * `pulumi up`, killed with its child processes when `arm`'s callback is called. `killed` is false where it ended
   * before that.
   */
  async upKilledBy(arm: (kill: () => void) => void): Promise<EngineRun & { readonly killed: boolean }> {
    const { running, log, started } = this.start("up", ["--yes", "--skip-preview"]);
    const end = { killed: false };
    arm(() => {
      if (end.killed || !running.child.pid) return;
      end.killed = true;
      killFamily(running.child.pid);
    });
    const result = await running.ended;
    return { ...result, ...readEvents(log), seconds: (Date.now() - started) / 1000, ...end };
  }

  /** `pulumi cancel`: removes the lock of a killed update. */
  async cancel(): Promise<void> {
    expectSuccess("cancel", await this.command(["cancel", "--yes", this.stack]));
  }

  /** The stack's state, as `pulumi stack export` prints it. Read from its file, which takes no process. */
  async exportState(): Promise<StackState> {
    const { name } = parse(readFileSync(join(this.folder, "Pulumi.yaml"), "utf8")) as { name: string };
    const file = join(this.folder, ".state/.pulumi/stacks", name, `${this.stack}.json`);
    const { version, checkpoint } = JSON.parse(await readFile(file, "utf8")) as StateFile;
    return { version, deployment: checkpoint.latest ?? {} };
  }

  /** The stack's outputs, with secrets in plain text: from the state, unless it has them encrypted. */
  async outputs(): Promise<Record<string, unknown>> {
    const { resources = [] } = (await this.exportState()).deployment;
    const { outputs = {} } = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
    if (!JSON.stringify(outputs).includes(`"${signature}"`)) return outputs;
    const { stdout } = expectSuccess(
      "stack output",
      await this.command(["stack", "output", "--json", "--show-secrets"]),
    );
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Any other engine command on this stack. */
  async command(args: readonly string[]): Promise<CommandResult> {
    const all = [
      ...args,
      "--non-interactive",
      ...(args[0] === "cancel" || args[1] === "init" ? [] : ["--stack", this.stack]),
    ];
    return startCommand(this.options.toolchain.pulumi, all, { cwd: this.folder, env: this.env }).ended;
  }

  /** Deletes the folder with the state; resources in the cloud are not touched. */
  remove(): void {
    this.stopResidents();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async engine(
    verb: string,
    flags: readonly string[],
    {
      expectFailure = false,
      mayFail = false,
      env,
      onStep,
    }: {
      expectFailure?: boolean;
      mayFail?: boolean;
      env?: NodeJS.ProcessEnv;
      onStep?: (step: Step) => Promise<void>;
    },
  ): Promise<EngineRun> {
    // A process that stays has the stack's environment.
    const { running, log, started } = this.start(verb, flags, env ?? (await this.toResidents(verb)));
    if (onStep) await eachStep(log, running.ended, onStep);
    const result = await running.ended;
    // What failed may have left work that would have ended with its process.
    if (result.exitCode !== 0) this.stopResidents();
    const run = { ...result, ...readEvents(log), seconds: (Date.now() - started) / 1000 };
    if (!mayFail && (run.exitCode !== 0) !== expectFailure) {
      throw new Error(
        `pulumi ${verb} ${expectFailure ? "succeeded, though it should fail" : "failed"}:\n${run.stdout}\n${run.stderr}`,
      );
    }
    return run;
  }

  /** The environment that has the engine connect to what stays, and write the state once, at its end. */
  private async toResidents(verb: string): Promise<NodeJS.ProcessEnv> {
    if (this.residents === undefined) return {};
    const { language, provider } = this.residents;
    const runsProgram = verb === "up" || verb === "preview";
    const [languagePort, providerPort] = await Promise.all([
      runsProgram ? language.port() : undefined,
      provider.port(),
    ]);
    return {
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_DEBUG_PROVIDERS: `pulumi-nodejs:${providerPort}`,
      ...(languagePort === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${languagePort}` }),
    };
  }

  private stopResidents(): void {
    this.residents?.language.stop();
    this.residents?.provider.stop();
  }

  private start(verb: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}) {
    refuseChanged(this.folder);
    this.runs += 1;
    const log = join(this.folder, `events-${this.runs}.jsonl`);
    const args = [verb, "--stack", this.stack, "--non-interactive", "--color", "never", "--event-log", log, ...flags];
    const running = startCommand(this.options.toolchain.pulumi, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
    });
    return { running, log, started: Date.now() };
  }
}

/** The key of a value that the engine writes in a form of its own, such as a secret. */
const signature = "4dabf18193072939515e22adb298388d";

/** The part of a state file that tests read. */
export interface StackState {
  version: number;
  deployment: {
    resources?: StateResource[];
    pending_operations?: { type: string; resource: StateResource }[];
  };
}

/** A stack's file in a backend of files. */
interface StateFile {
  readonly version: number;
  readonly checkpoint: { readonly latest?: StackState["deployment"] | null };
}

/** One resource in the state; `initErrors` are set when its create or update failed halfway. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  delete?: boolean;
  retainOnDelete?: boolean;
  dependencies?: string[];
  initErrors?: string[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Calls `onStep` with each step of a log, until the engine has ended. */
async function eachStep(log: string, ended: Promise<unknown>, onStep: (step: Step) => Promise<void>): Promise<void> {
  const state = { over: false, seen: 0 };
  const over = () => (state.over = true);
  ended.then(over, over);
  while (!state.over) {
    await pause(20);
    const { steps } = readEvents(log);
    for (const step of steps.slice(state.seen)) await onStep(step);
    state.seen = steps.length;
  }
}

function expectSuccess(what: string, result: CommandResult): CommandResult {
  if (result.exitCode !== 0) throw new Error(`pulumi ${what} failed:\n${result.stdout}\n${result.stderr}`);
  return result;
}
