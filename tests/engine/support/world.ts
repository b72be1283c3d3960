/**
 * The fixture of the engine tests on AWS: an empty emulator behind a gateway, and stacks of the project's program in
 * it.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import type { AccountState } from "./account";
import { Emulator } from "./emulator";
import type { Step } from "./engine-events";
import { Gateway } from "./gateway";
import { StackRun, type EngineRun } from "./stack";
import { findDocker, findEmulator, findRegistry, findToolchain, needs, type Toolchain } from "./toolchain";

/** Options of an emulated world. */
export interface WorldOptions {
  /** Whether the emulator starts containers. */
  docker: boolean;
  /** What the account has and may; by default a used one. `new AccountState(true)` is a fresh one. */
  account?: AccountState;
}

/** An empty emulator and an engine. `closing` lists the functions that close it, run from the last to the first. */
export class World {
  readonly closing: (() => unknown)[] = [];
  /** Whether new stacks run the program's sources; see `StackOptions.sources`. */
  sources = false;

  private constructor(
    readonly toolchain: Toolchain,
    readonly emulator: Emulator,
    readonly gateway: Gateway,
  ) {}

  /** Starts one before the tests of the calling suite and closes it after them. `prepare` is called once it runs. */
  static forSuite(options: WorldOptions, prepare: (world: World) => Promise<void>): void {
    let world: World | undefined;
    before(async function () {
      world = await World.start(this, options);
      await prepare(world);
    });
    after(async () => {
      await world?.close();
    });
  }

  /** Starts it, or skips the suite when a tool is missing. Without `docker` the emulator starts no containers. */
  static async start(context: Mocha.Context, options: WorldOptions): Promise<World> {
    if (options.docker) {
      needs(context, findDocker());
      needs(context, findRegistry());
    }
    const toolchain = needs(context, findToolchain());
    const emulator = new Emulator(needs(context, findEmulator()));
    const world = new World(toolchain, emulator, new Gateway(emulator, options.account));
    await emulator.start(options.docker ? {} : { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    world.closing.push(() => emulator.stop());
    await world.gateway.start();
    world.closing.push(() => world.gateway.stop());
    return world;
  }

  /** A stack of the project's program with this service, before its first update. */
  async stack(
    service: ServiceArgs,
    config: Record<string, unknown> = {},
    env: NodeJS.ProcessEnv = {},
  ): Promise<ServiceStack> {
    const settings = {
      "aws:region": "us-east-1",
      "aws:s3UsePathStyle": true,
      "immutable-service:cloud": "aws",
      ...config,
    };
    const run = await StackRun.create({
      toolchain: this.toolchain,
      gatewayUrl: this.gateway.url,
      config: settings,
      sources: this.sources,
      env,
    });
    this.closing.push(() => {
      run.remove();
    });
    return new ServiceStack(run, settings, service);
  }

  /** Closes everything, and fails if a request of the engine was none that AWS allows. */
  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
    assert.deepEqual(this.gateway.check.invalidRequests, []);
  }
}

/** Options of one run of a service's stack. */
export interface RunOptions {
  expectFailure?: boolean;
  flags?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Gets each step as soon as the engine has logged it. */
  onStep?: (step: Step) => Promise<void>;
}

/** A stack of the program whose service changes between runs. */
export class ServiceStack {
  constructor(
    readonly run: StackRun,
    private readonly settings: Record<string, unknown>,
    public service: ServiceArgs,
  ) {}

  get name(): string {
    return this.service.name;
  }

  /** Changes fields of the service in the stack file for all following runs; undefined removes a field. */
  set(change: Partial<ServiceArgs>): void {
    this.service = { ...this.service, ...change };
    this.run.configure(this.configOf(this.service));
  }

  /** Puts another service into the stack file for all following runs. */
  replace(service: ServiceArgs): void {
    this.service = service;
    this.set({});
  }

  /** The configuration of the stack with a service. */
  configOf(service: ServiceArgs): Record<string, unknown> {
    const plain = JSON.parse(JSON.stringify(withoutKeptData(service))) as unknown;
    return { ...this.settings, "immutable-service:service": plain };
  }

  async up(change: Partial<ServiceArgs> = {}, options: RunOptions = {}): Promise<EngineRun> {
    this.set(change);
    return this.run.up(options);
  }

  async preview(change: Partial<ServiceArgs> = {}): Promise<EngineRun> {
    this.set(change);
    return this.run.preview();
  }
}

/**
 * A destroy is to leave nothing, unless the test says otherwise. What is kept is tested in data-aws and data-alicloud.
 */
function withoutKeptData(service: ServiceArgs): ServiceArgs {
  const { files, logs } = service;
  const whenRemoved = "delete";
  const share = files?.share && { whenRemoved, ...files.share };
  return {
    ...service,
    logs: { whenRemoved, ...logs },
    ...(files === undefined ? {} : { files: { whenRemoved, ...files, share } }),
  } as ServiceArgs;
}
