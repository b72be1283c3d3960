import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallLog, type Call, type Violation } from "./call-log";
import { Faults, refusalOf } from "./faults";
import { Authority } from "./http/certificates";
import { ProxyServer, type HttpRequest, type HttpReply } from "./http/server";
import { Catalogue } from "./models/catalogue";
import type { Value } from "./models/shape";
import { DataPlane, type PlaneOptions } from "./plane/data-plane";
import { Rpc, rpcBody, rpcError } from "./protocol/rpc";
import { Refusal } from "./refusal";
import { ossError, routeOss, type RestCall } from "./services/oss/oss";
import { isSls, routeSls, slsError } from "./services/sls/sls";
import { World, type Delays } from "./world";

/** How a double is made. */
export interface DoubleOptions {
  region?: string;
  accountId?: string;
  delays?: Partial<Delays>;
  /** Refuse fields that no published model lists, where the cloud passes over them. Either way they are recorded. */
  strict?: boolean;
  /** The port; a free one when not given. */
  port?: number;
  /** The data plane's; see PlaneOptions. */
  plane?: PlaneOptions;
  random?: () => number;
}

const defaultDelays: Delays = { transition: 50, instance: 300, healthy: 300, replace: 1000 };

/** Alibaba Cloud on one port of loopback, for the real provider to talk to. */
export class AlicloudDouble {
  readonly faults = new Faults();
  readonly world: World;
  readonly plane: DataPlane;
  private readonly log = new CallLog();
  private readonly folder = mkdtempSync(join(tmpdir(), "alicloud-double-"));
  private readonly catalogue = new Catalogue();
  private readonly rpc: Rpc;
  private readonly server: ProxyServer;
  private port = 0;

  private constructor(options: DoubleOptions, authority: Authority) {
    this.world = new World(
      options.region ?? "cn-hangzhou",
      options.accountId ?? "1234567890123456",
      { ...defaultDelays, ...options.delays },
      options.random,
    );
    this.plane = new DataPlane(this.world, options.plane ?? {});
    this.rpc = new Rpc(this.catalogue, this.log, { strict: options.strict ?? false });
    this.server = new ProxyServer(authority, (arrival) => this.handle(arrival));
    writeFileSync(join(this.folder, "ca.pem"), authority.pem);
  }

  /** Starts a double. */
  static async start(options: DoubleOptions = {}): Promise<AlicloudDouble> {
    const double = new AlicloudDouble(options, await Authority.create());
    // Auto Scaling's models may have to be fetched: better said now than in the middle of an update.
    double.catalogue.hasAction("ess", "CreateScalingGroup");
    double.port = await double.server.open(options.port);
    await double.plane.start();
    return double;
  }

  /** Stops it, and forgets everything. */
  async stop(): Promise<void> {
    this.world.stop();
    await this.plane.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Where it listens. */
  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  /** What the provider's process needs in its environment: every host name of Alibaba Cloud then leads here, over TLS. */
  get environment(): Record<string, string> {
    return {
      HTTPS_PROXY: `http://${this.address}`,
      HTTP_PROXY: `http://${this.address}`,
      NO_PROXY: "127.0.0.1,localhost",
      SSL_CERT_FILE: join(this.folder, "ca.pem"),
    };
  }

  /** The provider's arguments to go with it. No `endpoints`: the real names are the best test. */
  get providerArgs() {
    return {
      accessKey: "double",
      secretKey: "double",
      region: this.world.region,
      accountId: this.world.accountId,
      accountType: "Domestic",
      skipRegionValidation: true,
    } as const;
  }

  /** Everything that was asked, in order. */
  get calls(): readonly Call[] {
    return this.log.calls;
  }

  /** Everything that was asked wrongly. */
  get misunderstood(): readonly Violation[] {
    return this.log.invalidRequests;
  }

  /** What the provider is known to get wrong by itself; see models/known.ts. */
  get knownDeviations(): readonly Violation[] {
    return this.log.knownDeviations;
  }

  /** Everything that the double answered beside the published models. */
  get misspoken(): readonly Violation[] {
    return this.log.invalidResponses;
  }

  /** What exists, by kind; `{}` when nothing is left. */
  inventory(): Record<string, number> {
    return this.world.inventory();
  }

  /** Forgets the calls so far, for the next part of a test. */
  forgetCalls(): void {
    this.log.calls.length = 0;
  }

  private async handle(arrival: HttpRequest): Promise<HttpReply> {
    const requestId = randomUUID().toUpperCase();
    if (this.plane.serves(arrival.host))
      return this.plane.viaProxy(arrival.host, undefined, { ...arrival, query: Object.fromEntries(arrival.query) });
    const begun = Date.now();
    const { service, action, fields, answer } = this.parse(arrival, requestId);
    const fault = this.faults.take(service, action);
    if (fault?.kind === "slow") await new Promise((done) => setTimeout(done, fault.milliseconds));
    const lost = fault?.kind === "lose" || fault?.kind === "drop" || fault?.kind === "hang";
    const { departure, result } = answer(refusalOf(fault));
    this.log.calls.push({
      at: new Date(begun),
      service,
      action,
      fields,
      result,
      milliseconds: Date.now() - begun,
      ...(lost ? { lost: true as const } : {}),
    });
    if (fault?.kind === "hang") return new Promise(() => undefined);
    if (lost) return "drop";
    return {
      ...departure,
      headers: {
        "x-acs-request-id": requestId,
        "x-oss-request-id": requestId,
        "x-log-requestid": requestId,
        ...departure.headers,
      },
    };
  }

  private parse(arrival: HttpRequest, requestId: string): ParsedRequest {
    if (
      /(^|\.)oss-[a-z0-9-]+\.aliyuncs\.com$/.test(arrival.host) ||
      /^OSS/.test(arrival.headers["authorization"] ?? "")
    )
      return this.rest("oss", routeOss(this.world, arrival), arrival, (refusal) =>
        ossError(refusal, arrival, requestId),
      );
    if (isSls(arrival)) return this.rest("sls", this.parseSls(arrival), arrival, slsError);
    return this.parseRpc(arrival, requestId);
  }

  private parseSls(arrival: HttpRequest): RestCall {
    const found = routeSls(this.world, arrival);
    if (found) return found;
    const detail = `no such path: ${arrival.method} ${arrival.path}`;
    return {
      action: arrival.path,
      fields: {},
      violations: [{ path: "path", detail }],
      perform: () => {
        throw new Refusal("ParameterInvalid", detail, 404);
      },
    };
  }

  private rest(
    service: string,
    found: RestCall,
    _arrival: HttpRequest,
    refuse: (refusal: Refusal) => Exclude<HttpReply, "drop">,
  ): ParsedRequest {
    for (const wrong of found.violations) this.log.recordInvalidRequest({ service, action: found.action, ...wrong });
    return {
      service,
      action: found.action,
      fields: found.fields,
      answer: (first) => respond(first, found.perform, refuse),
    };
  }

  private parseRpc(arrival: HttpRequest, requestId: string): ParsedRequest {
    const refuse = (refusal: Refusal) => ({
      status: refusal.status,
      headers: { "content-type": "application/json" },
      body: rpcError(refusal, arrival.host, requestId),
    });
    try {
      const { service, action, fields, perform } = this.rpc.parse(this.world, arrival);
      const answer = () => {
        const said = perform();
        this.rpc.checkResponse(service, action, { ...said, RequestId: requestId });
        return { status: 200, headers: { "content-type": "application/json" }, body: rpcBody(said, requestId) };
      };
      return { service, action, fields, answer: (first) => respond(first, answer, refuse) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const action =
        arrival.query.get("Action") ?? new URLSearchParams(arrival.body.toString("utf8")).get("Action") ?? arrival.path;
      return {
        service: arrival.host,
        action,
        fields: {},
        answer: () => ({ departure: refuse(error), result: error.code }),
      };
    }
  }
}

/** A request that was read, and how to answer it: with a refusal given, or by doing it. */
interface ParsedRequest {
  service: string;
  action: string;
  fields: Record<string, Value>;
  answer: (first: Refusal | undefined) => { departure: Exclude<HttpReply, "drop">; result: string };
}

function respond(
  first: Refusal | undefined,
  act: () => Exclude<HttpReply, "drop">,
  refuse: (refusal: Refusal) => Exclude<HttpReply, "drop">,
) {
  try {
    if (first) throw first;
    return { departure: act(), result: "ok" };
  } catch (error) {
    if (error instanceof Refusal) return { departure: refuse(error), result: error.code };
    // A mistake of the double's own must not look like the cloud's refusal.
    const refusal = new Refusal(
      "DoubleFailed",
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      501,
    );
    return { departure: refuse(refusal), result: refusal.code };
  }
}
