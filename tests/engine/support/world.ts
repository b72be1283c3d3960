/** What the engine tests run on: an empty AWS behind a gateway, and the project's own program as stacks in it. */
import type { ServiceArgs } from "../../../components/spec";
import { Emulator } from "./emulator";
import { Gateway } from "./gateway";
import { StackRun, type EngineRun } from "./stack";
import { findDocker, findEmulator, findRegistry, findToolchain, needs, type Toolchain } from "./toolchain";

/** An empty AWS and an engine. Everything that `closing` holds is closed with it, the last first. */
export class World {
  readonly closing: (() => unknown)[] = [];

  private constructor(
    readonly toolchain: Toolchain,
    readonly emulator: Emulator,
    readonly gateway: Gateway,
  ) {}

  /** Starts one before the tests of the suite that calls this, and closes it after them. `prepare` gets it as soon as it runs. */
  static forSuite(options: { docker: boolean }, prepare: (world: World) => Promise<void>): void {
    let world: World | undefined;
    before(async function () {
      world = await World.start(this, options);
      await prepare(world);
    });
    after(async () => {
      await world?.close();
    });
  }

  /** Starts it; skips the suite where something is missing. Without `docker` no container is started even where it could be. */
  private static async start(context: Mocha.Context, options: { docker: boolean }): Promise<World> {
    if (options.docker) {
      needs(context, findDocker());
      needs(context, findRegistry());
    }
    const toolchain = needs(context, findToolchain());
    const emulator = new Emulator(needs(context, findEmulator()));
    const world = new World(toolchain, emulator, new Gateway(emulator));
    await emulator.start(options.docker ? {} : { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    world.closing.push(() => emulator.stop());
    await world.gateway.start();
    world.closing.push(() => world.gateway.stop());
    return world;
  }

  /** A stack of the project's program with this service, not yet updated. */
  async stack(service: ServiceArgs, config: Record<string, unknown> = {}): Promise<ServiceStack> {
    const settings = {
      "aws:region": "us-east-1",
      "aws:s3UsePathStyle": true,
      "immutable-service:cloud": "aws",
      ...config,
    };
    const run = await StackRun.create({ toolchain: this.toolchain, gatewayUrl: this.gateway.url, config: settings });
    this.closing.push(() => {
      run.remove();
    });
    return new ServiceStack(run, settings, service);
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }
}

/** How one run of a service's stack differs from a plain one. */
export interface RunOptions {
  expectFailure?: boolean;
  flags?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** A stack of the program whose service is changed from run to run. */
export class ServiceStack {
  constructor(
    readonly run: StackRun,
    private readonly settings: Record<string, unknown>,
    public service: ServiceArgs,
  ) {}

  get name(): string {
    return this.service.name;
  }

  /** Changes fields of the service in the stack file, for this run and those after it; undefined takes a field out. */
  set(change: Partial<ServiceArgs>): void {
    this.service = { ...this.service, ...change };
    this.run.configure({
      ...this.settings,
      "immutable-service:service": JSON.parse(JSON.stringify(this.service)) as unknown,
    });
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
