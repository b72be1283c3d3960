import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Accounts, type Session, defaultKey } from "./accounts";
import { products, type Product } from "./activation";
import { CallLog, type Call, type Violation } from "./call-log";
import { Dispatcher } from "./dispatcher";
import { Faults, refusalOf } from "./faults";
import { Authority } from "./http/certificates";
import { ProxyServer, type HttpReply, type HttpRequest } from "./http/server";
import { Catalogue } from "./models/catalogue";
import { DataPlane, type PlaneOptions } from "./plane/data-plane";
import { Refusal } from "./refusal";
import { reconcile } from "./services/ess/reconciler";
import { followTarget } from "./services/ess/scaling-rule";
import { advanceTo, runTask } from "./services/ess/schedule";
import { folderOf, isWritable } from "./services/nas/folder";
import { reachesInternet } from "./services/vpc/egress";
import { assertDefined } from "./values";
import { World, type Delays } from "./world";

/** Options of a double. */
export interface DoubleOptions {
  /** Default cn-hangzhou. */
  region?: string;
  accountId?: string;
  /** Start as an account that has activated no product; see `activate`. Default false. */
  fresh?: boolean;
  /** How long transitions take; default well under a second each. */
  delays?: Partial<Delays>;
  /** Refuse fields that no published model lists; by default they are ignored, as the cloud does. Both record them. */
  strict?: boolean;
  /** The port to listen on; default a free one. */
  port?: number;
  /** How load balancers are reached and what their targets respond. */
  plane?: PlaneOptions;
  /** A number from 0 to 1, by which load balancers choose a server group and a target; default Math.random. */
  random?: () => number;
}

const defaultDelays: Delays = {
  transition: 50,
  instance: 300,
  healthy: 300,
  unlisted: 200,
  role: 800,
  tags: 200,
  start: 120,
  hookSecond: 5,
  replace: 1000,
  managedGroup: 500,
  metrics: 60_000,
  rules: 0,
  project: 300,
  projectName: 1000,
};

/** Alibaba Cloud's API on one loopback port, for the real Pulumi provider. */
export class AlicloudDouble {
  /** Faults to inject into calls. */
  readonly faults = new Faults();
  /** All resources, and what a test may decide about them. */
  readonly world: World;
  /** The load balancers, for sending requests through them. */
  readonly plane: DataPlane;
  /** Called with each call once its action has been performed, before the response is sent. */
  beforeReply: ((call: Call) => void) | undefined;
  private readonly log = new CallLog();
  private readonly folder = mkdtempSync(join(tmpdir(), "alicloud-double-"));
  private readonly catalogue = new Catalogue();
  /** A world and its dispatcher for each account that has called. */
  private readonly dispatchers = new Map<string, Dispatcher>();
  private readonly server: ProxyServer;
  private readonly strict: boolean;
  private port = 0;

  private constructor(options: DoubleOptions, authority: Authority) {
    const { region = "cn-hangzhou", accountId = "1234567890123456", plane = {}, strict = false, fresh } = options;
    const delays = { ...defaultDelays, ...options.delays };
    this.world = new World(region, accountId, delays, options.random, undefined, fresh);
    this.plane = new DataPlane(this.world, plane);
    this.world.accounts.addKey(defaultKey, accountId);
    this.strict = strict;
    this.server = new ProxyServer(authority, (request) => this.handle(request));
    writeFileSync(join(this.folder, "ca.pem"), authority.pem);
  }

  /** Starts a double. Fails if a published model is neither installed nor downloadable; see missingModels. */
  static async start(options: DoubleOptions = {}): Promise<AlicloudDouble> {
    const double = new AlicloudDouble(options, await Authority.create());
    // Loads Auto Scaling's models, which may have to be downloaded: a failure is clearer here than during an update.
    double.catalogue.hasAction("ess", "CreateScalingGroup");
    double.port = await double.server.open(options.port);
    await double.plane.start();
    return double;
  }

  /** Stops the double and discards its state. */
  async stop(): Promise<void> {
    this.world.stop();
    await this.plane.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Host and port on which the double listens. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Environment variables for the provider's process: they direct every host name to the double, over TLS. */
  get environment(): Record<string, string> {
    return {
      HTTPS_PROXY: `http://${this.address}`,
      HTTP_PROXY: `http://${this.address}`,
      NO_PROXY: "127.0.0.1,localhost",
      SSL_CERT_FILE: join(this.folder, "ca.pem"),
    };
  }

  /** Arguments for an explicit provider. They set no `endpoints`: the real host names are the better test. */
  get providerArgs() {
    return {
      accessKey: defaultKey,
      secretKey: defaultKey,
      region: this.world.region,
      accountId: this.world.accountId,
      accountType: "Domestic",
      skipRegionValidation: true,
    } as const;
  }

  /** Who may call: further accounts, which have nothing at first, and roles. */
  get accounts(): Accounts {
    return this.world.accounts;
  }

  /**
   * The credentials that metadata gives to an instance with a role of the account. In OSS, the role's custom policies
   * decide what they may do.
   */
  instanceCredentials(role: string): Session {
    if (!this.world.ram.roles.get(role)) throw new Error(`no role ${role}`);
    return this.accounts.startInstanceSession(this.world.accountId, role);
  }

  /** Activates products of the account, or all of them, as somebody does in the console. */
  activate(...names: Product[]): void {
    for (const product of names.length === 0 ? products : names) this.world.activated.add(product);
    // Auto Scaling compares the number of instances with the group's range regularly, so groups try again.
    for (const group of this.world.scaling.scalingGroups.where(() => true))
      reconcile(this.world, group, "The number of instances is below the group's minimum.");
  }

  /** All requests since the start or the last clearCalls, in order. */
  get calls(): readonly Call[] {
    return this.log.calls;
  }

  /** Violations of the published models by callers. Tests assert that it is empty. */
  get invalidRequests(): readonly Violation[] {
    return this.log.invalidRequests;
  }

  /** Violations by the Pulumi provider itself, whatever the program; see models/known-deviations.ts. */
  get knownDeviations(): readonly Violation[] {
    return this.log.knownDeviations;
  }

  /** Violations by the double's own responses. Tests of the double assert that it is empty. */
  get invalidResponses(): readonly Violation[] {
    return this.log.invalidResponses;
  }

  /** The number of resources of each kind; `{}` when none exists. */
  inventory(): Record<string, number> {
    return this.world.inventory();
  }

  /**
   * Whether what runs in a vSwitch reaches the internet: by a default route, a NAT gateway and a translated address.
   */
  reachesInternet(vSwitchId: string): boolean {
    return reachesInternet(this.world, vSwitchId);
  }

  /** The instances that mount a folder in which a user without other rights, by its id, cannot write. */
  unwritableShares(user: number): string[] {
    return this.world.scaling.instances
      .where(({ mounts }) =>
        mounts.some((mount) => {
          const folder = folderOf(this.world, mount);
          return folder === undefined || !isWritable(folder, user);
        }),
      )
      .map(({ id }) => id);
  }

  /** Executes a scheduled task now, by its name or id, as at its time. */
  runScheduledTask(task: string): void {
    runTask(
      this.world,
      assertDefined(
        this.world.scaling.scheduledTasks.find(
          ({ id, settings }) => id === task || settings["ScheduledTaskName"] === task,
        ),
      ),
    );
  }

  /** Advances the clock of the account's schedules to a time, and executes the scheduled tasks that are due by then. */
  advanceClock(time: Date): void {
    this.world.clockOffset = time.getTime() - Date.now();
    advanceTo(this.world, time.getTime());
  }

  /**
   * Sets the number of instances of a scaling group, by its name or id, as its target tracking rules do: within its
   * range, while it is active, and only if it has such a rule.
   */
  trigger(scalingGroup: string, capacity: number): void {
    followTarget(this.world, scalingGroup, capacity);
  }

  /** Clears the list of calls. */
  clearCalls(): void {
    this.log.calls.length = 0;
  }

  private async handle(request: HttpRequest): Promise<HttpReply> {
    const { host } = request;
    if (this.plane.serves(host)) return this.plane.send(host, { ...request, query: Object.fromEntries(request.query) });
    const requestId = randomUUID().toUpperCase();
    const start = Date.now();
    const { account, refusal } = this.callerOf(request);
    const { service, action, fields, respond } = this.dispatcherOf(account).parse(request, requestId);
    const fault = this.faults.take(service, action);
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    const lost = fault?.kind === "lose" || fault?.kind === "drop" || fault?.kind === "hang";
    const { response, result } = respond(refusal ?? refusalOf(fault));
    const call: Call = {
      at: new Date(start),
      service,
      action,
      account,
      fields,
      result,
      milliseconds: Date.now() - start,
      ...(lost ? { lost: true as const } : {}),
    };
    this.log.calls.push(call);
    this.beforeReply?.(call);
    if (fault?.kind === "hang") return new Promise(() => undefined);
    if (lost) return "drop";
    return { ...response, headers: { ...requestIdHeaders(requestId), ...response.headers } };
  }

  private callerOf(request: HttpRequest): { account?: string | undefined; refusal?: Refusal } {
    try {
      return { account: this.accounts.accountOf(request) };
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error };
      throw error;
    }
  }

  private dispatcherOf(account = this.world.accountId): Dispatcher {
    const { region, accountId, delays, random, accounts } = this.world;
    const existing = this.dispatchers.get(account);
    if (existing) return existing;
    const world = account === accountId ? this.world : new World(region, account, delays, random, accounts);
    const created = new Dispatcher(world, this.catalogue, this.log, { strict: this.strict });
    this.dispatchers.set(account, created);
    return created;
  }
}

/** The request id, as RPC, OSS and SLS name its header. */
function requestIdHeaders(requestId: string): Record<string, string> {
  return { "x-acs-request-id": requestId, "x-oss-request-id": requestId, "x-log-requestid": requestId };
}
