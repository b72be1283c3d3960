import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallLog, type Call, type Misunderstanding } from "./call-log";
import { Faults, refusalOf } from "./faults";
import { Authority } from "./http/certificates";
import { FrontDoor, type Arrival, type Departure } from "./http/server";
import { Catalogue } from "./models/catalogue";
import type { Value } from "./models/shape";
import { DataPlane, type PlaneOptions } from "./plane/data-plane";
import { Rpc, rpcBody, rpcError } from "./protocol/rpc";
import { Refusal } from "./refusal";
import { ossError, routeOss, type RestResult } from "./services/oss/oss";
import { isSls, routeSls, slsError } from "./services/sls/sls";
import { World, type Pace } from "./world";

/** How a double is made. */
export interface DoubleOptions {
  region?: string;
  accountId?: string;
  pace?: Partial<Pace>;
  /** Refuse fields that no published model lists, where the cloud passes over them. Either way they are recorded. */
  strict?: boolean;
  /** The port; a free one when not given. */
  port?: number;
  /** The data plane's; see PlaneOptions. */
  plane?: PlaneOptions;
  random?: () => number;
}

const PACE: Pace = { transition: 50, instance: 300, healthy: 300, replace: 1000 };

/** Alibaba Cloud on one port of loopback, for the real provider to talk to. */
export class AlicloudDouble {
  readonly faults = new Faults();
  readonly world: World;
  readonly plane: DataPlane;
  private readonly log = new CallLog();
  private readonly folder = mkdtempSync(join(tmpdir(), "alicloud-double-"));
  private readonly catalogue = new Catalogue();
  private readonly rpc: Rpc;
  private readonly door: FrontDoor;
  private port = 0;

  private constructor(options: DoubleOptions, authority: Authority) {
    this.world = new World(
      options.region ?? "cn-hangzhou",
      options.accountId ?? "1234567890123456",
      { ...PACE, ...options.pace },
      options.random,
    );
    this.plane = new DataPlane(this.world, options.plane ?? {});
    this.rpc = new Rpc(this.catalogue, this.log, { strict: options.strict ?? false });
    this.door = new FrontDoor(authority, (arrival) => this.answer(arrival));
    writeFileSync(join(this.folder, "ca.pem"), authority.pem);
  }

  /** Starts a double. */
  static async start(options: DoubleOptions = {}): Promise<AlicloudDouble> {
    const double = new AlicloudDouble(options, await Authority.create());
    // Auto Scaling's models may have to be fetched: better said now than in the middle of an update.
    double.catalogue.knows("ess", "CreateScalingGroup");
    double.port = await double.door.open(options.port);
    await double.plane.ready();
    return double;
  }

  /** Stops it, and forgets everything. */
  async stop(): Promise<void> {
    this.world.stop();
    await this.plane.close();
    await this.door.close();
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
  get misunderstood(): readonly Misunderstanding[] {
    return this.log.misunderstood;
  }

  /** What the provider is known to get wrong by itself; see models/known.ts. */
  get tolerated(): readonly Misunderstanding[] {
    return this.log.tolerated;
  }

  /** Everything that the double answered beside the published models. */
  get misspoken(): readonly Misunderstanding[] {
    return this.log.misspoken;
  }

  /** What exists, by kind; `{}` when nothing is left. */
  inventory(): Record<string, number> {
    return this.world.inventory();
  }

  /** Forgets the calls so far, for the next part of a test. */
  forgetCalls(): void {
    this.log.calls.length = 0;
  }

  private async answer(arrival: Arrival): Promise<Departure> {
    const requestId = randomUUID().toUpperCase();
    if (this.plane.serves(arrival.host))
      return this.plane.viaProxy(arrival.host, undefined, { ...arrival, query: Object.fromEntries(arrival.query) });
    const begun = Date.now();
    const { service, action, fields, answer } = this.understand(arrival, requestId);
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

  private understand(arrival: Arrival, requestId: string): Understood {
    if (
      /(^|\.)oss-[a-z0-9-]+\.aliyuncs\.com$/.test(arrival.host) ||
      /^OSS/.test(arrival.headers["authorization"] ?? "")
    )
      return this.rest("oss", routeOss(this.world, arrival), arrival, (refusal) =>
        ossError(refusal, arrival, requestId),
      );
    if (isSls(arrival)) return this.rest("sls", this.readSls(arrival), arrival, slsError);
    return this.understandRpc(arrival, requestId);
  }

  private readSls(arrival: Arrival): RestResult {
    const found = routeSls(this.world, arrival);
    if (found) return found;
    const detail = `no such path: ${arrival.method} ${arrival.path}`;
    return {
      action: arrival.path,
      fields: {},
      misunderstood: [{ path: "path", detail }],
      answer: () => {
        throw new Refusal("ParameterInvalid", detail, 404);
      },
    };
  }

  private rest(
    service: string,
    found: RestResult,
    _arrival: Arrival,
    refuse: (refusal: Refusal) => Exclude<Departure, "drop">,
  ): Understood {
    for (const wrong of found.misunderstood) this.log.wrong({ service, action: found.action, ...wrong });
    return {
      service,
      action: found.action,
      fields: found.fields,
      answer: (first) => attempt(first, found.answer, refuse),
    };
  }

  private understandRpc(arrival: Arrival, requestId: string): Understood {
    const refuse = (refusal: Refusal) => ({
      status: refusal.status,
      headers: { "content-type": "application/json" },
      body: rpcError(refusal, arrival.host, requestId),
    });
    try {
      const { service, action, fields, perform } = this.rpc.read(this.world, arrival);
      const answer = () => {
        const said = perform();
        this.rpc.judgeAnswer(service, action, { ...said, RequestId: requestId });
        return { status: 200, headers: { "content-type": "application/json" }, body: rpcBody(said, requestId) };
      };
      return { service, action, fields, answer: (first) => attempt(first, answer, refuse) };
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
interface Understood {
  service: string;
  action: string;
  fields: Record<string, Value>;
  answer: (first: Refusal | undefined) => { departure: Exclude<Departure, "drop">; result: string };
}

function attempt(
  first: Refusal | undefined,
  act: () => Exclude<Departure, "drop">,
  refuse: (refusal: Refusal) => Exclude<Departure, "drop">,
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
