/**
 * A forward HTTP proxy between the provider and the emulator: it routes each service to its double, records every call and
 * injects faults. The provider uses it through HTTP_PROXY for a name that does not resolve.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { AccountState } from "./account";
import { ApplicationAutoScaling } from "./application-autoscaling";
import { BalancerMetrics } from "./balancer-metrics";
import {
  denied,
  expired,
  jsonError,
  isObjectData,
  parseCall,
  refused,
  throttled,
  withBucketInPath,
  type Answer,
  type AwsCall,
} from "./aws-call";
import { Capacities } from "./capacity";
import { CloudReader } from "./cloud-reader";
import { region, type Emulator } from "./emulator";
import { read, withoutHopByHop } from "./forwarding";
import { emulatorGaps, type Sources } from "./gaps";
import type { Correction } from "./gaps/correction";
import { Shares } from "./gaps/shares";
import { pause } from "./processes";
import { refusals } from "./refusals";
import { RequestCheck } from "./request-check";
import { roleProblem } from "./refusals/account";
import type { Refusal } from "./refusals/refusal";
import type { Distrust } from "./trust";

/** A recorded call; `status` is 0 when the connection was dropped on purpose. */
export interface RecordedCall extends AwsCall {
  time: number;
  milliseconds: number;
  status: number;
  /** The fault that was injected, if one was. */
  fault?: FaultKind;
}

/**
 * The kinds of faults: the service's own throttling error; the same as an HTTP 429; a plain 429; the service's own error for a
 * missing permission, and the one for credentials that have ended; a delayed answer; a connection lost before the request was carried out (`drop`) or after it (`drop-answer`).
 */
export type FaultKind = "deny" | "expire" | "throttle" | "throttle429" | "http429" | "slow" | "drop" | "drop-answer";

/** A fault to inject: into the first `times` calls that match. */
export interface Fault {
  match: (call: AwsCall) => boolean;
  times: number;
  with: FaultKind;
  /** The delay of `slow`. @default 3000 */
  milliseconds?: number;
}

/** One proxy in front of one emulator. */
export class Gateway {
  /** Every call since the start or the last `forget`, in the order of the answers. */
  readonly calls: RecordedCall[] = [];
  /** The double of Application Auto Scaling, which the emulator lacks. */
  readonly applicationAutoScaling: ApplicationAutoScaling;
  /** The metrics of load balancers, which the emulator has none of. */
  readonly metrics = new BalancerMetrics();
  /** Fires schedules and triggers, which the emulator never does. */
  readonly capacities: Capacities;
  /** Simulators of instances and load balancers register here; they need the corrected answers before they can run. */
  readonly sources: Sources = {};
  /** Called with each call of the engine once it has been carried out, before its answer is sent. */
  beforeReply: ((call: AwsCall) => void) | undefined;
  /** Groups with instances whose role a change of IAM has taken from them. Must stay empty while a service runs. */
  readonly lostCredentials: Distrust[] = [];
  private readonly corrections: Correction[];
  private readonly refusals: Refusal[];
  /** Checks the engine's requests; its list of invalid ones must stay empty. */
  readonly check: RequestCheck;
  private readonly readers = new Map<string, CloudReader>();
  /** Ends when the last call that a refusal decides about has been answered. */
  private decided: Promise<unknown> = Promise.resolve();
  private readonly faults: { fault: Fault; left: number }[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  /** @param account what the account has and may; by default a used one, whose quotas limit nothing */
  constructor(
    private readonly emulator: Emulator,
    readonly account = new AccountState(false),
  ) {
    const { lostCredentials } = this;
    const shares = new Shares();
    this.corrections = emulatorGaps(this.sources, { account, shares, lostCredentials });
    this.refusals = refusals(account, shares);
    this.check = new RequestCheck(emulator.tool.serviceModels);
    this.applicationAutoScaling = new ApplicationAutoScaling(emulator.tool.serviceModels);
    this.capacities = new Capacities(() => this.reader(region), this.applicationAutoScaling);
    this.server = createServer((incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        // A bug in a double must not look like a network problem that the provider retries. The provider does not print the
        // text of an answer that it cannot read.
        console.error(`the tests' gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
        if (!outgoing.headersSent) outgoing.writeHead(400, { "content-type": "text/plain" });
        outgoing.end(`the tests' gateway failed: ${String(error)}`);
      });
    });
    // Longer than the provider keeps an idle connection, or it would sometimes write to one that is closing.
    this.server.keepAliveTimeout = 120_000;
    this.server.on("connect", (_request, socket) => socket.end("HTTP/1.1 405 No HTTPS here\r\n\r\n"));
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }

  /**
   * The value of HTTP_PROXY. The tests' own clients use it as their endpoint: they get the corrected answers too, but their
   * calls are neither recorded nor hit by faults.
   */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Listens on a free loopback port. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  /** Closes the port and every open connection. */
  async stop(): Promise<void> {
    for (const reader of this.readers.values()) reader.close();
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }

  /** Plans a fault; `hits` returns how many calls it has hit. */
  fault(fault: Fault): { hits: () => number } {
    const planned = { fault, left: fault.times };
    this.faults.push(planned);
    return { hits: () => fault.times - planned.left };
  }

  /** Corrects matching answers from now on; the returned function removes the correction. */
  correct(correction: Correction): () => void {
    this.corrections.push(correction);
    return () => void this.corrections.splice(this.corrections.indexOf(correction), 1);
  }

  /** Clears the recorded calls and the planned faults. */
  forget(): void {
    this.calls.length = 0;
    this.faults.length = 0;
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const time = Date.now();
    const url = withBucketInPath(new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "aws.test"}`));
    // Only an object's data is streamed.
    const buffered = isObjectData(url, incoming.headers) ? undefined : await read(incoming);
    const call = parseCall(incoming.method ?? "GET", url, incoming.headers, buffered?.toString("utf8") ?? "");
    // A client of the proxy sends a whole URL; one that sends only a path has the gateway as its endpoint.
    const isTestClient = incoming.url?.startsWith("/") ?? false;
    const fault = isTestClient ? undefined : this.takeFault(call);
    const record = (status: number) =>
      isTestClient ||
      this.calls.push({
        ...call,
        time,
        milliseconds: Date.now() - time,
        status,
        ...(fault ? { fault: fault.with } : {}),
      });
    if (fault?.with === "drop") {
      record(0);
      incoming.socket.destroy();
      return;
    }
    if (fault?.with === "slow") await pause(fault.milliseconds ?? 3000);
    const invalid = isTestClient ? undefined : this.check.refusal(call, incoming.headers, buffered);
    const answer = invalid ?? (await this.answer(call, incoming, buffered, fault));
    if (!isTestClient) this.beforeReply?.(call);
    if (fault?.with === "drop-answer") {
      record(0);
      if ("resume" in answer) answer.resume();
      incoming.socket.destroy();
      return;
    }
    if ("resume" in answer) {
      record(answer.statusCode ?? 0);
      outgoing.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
      answer.pipe(outgoing);
    } else {
      // An unread request would block the next one on this connection.
      incoming.resume();
      record(answer.status);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    }
  }

  private async answer(
    call: AwsCall,
    incoming: IncomingMessage,
    buffered: Buffer | undefined,
    fault: Fault | undefined,
  ): Promise<Answer | IncomingMessage> {
    if (fault?.with === "deny") return denied(call);
    if (fault?.with === "expire") return expired(call);
    if (fault?.with === "throttle") return throttled(call);
    if (fault?.with === "throttle429") return { ...throttled(call), status: 429 };
    if (fault?.with === "http429")
      return { status: 429, headers: { "content-type": "text/plain" }, body: "Too Many Requests" };
    if (String(incoming.headers["x-amz-target"]).startsWith("AnyScaleFrontendService."))
      return this.scalableTargets(call);
    if (call.service === "servicequotas") return this.account.serviceQuotas(call);
    if (this.metrics.answers(call)) return this.metrics.answer(call);
    const refusals = this.refusals.filter((refusal) => refusal.match(call));
    if (refusals.length === 0) return this.emulatorsAnswer(call, incoming, buffered);
    const decision = this.decided.then(async () => {
      for (const refusal of refusals) {
        const verdict = await refusal.check(call, this.reader(call.region));
        if (verdict) return "answer" in verdict ? { ...verdict.answer, headers: xmlHeaders } : refused(call, verdict);
      }
      return this.emulatorsAnswer(call, incoming, buffered);
    });
    this.decided = decision.catch(() => undefined);
    return decision;
  }

  private async scalableTargets(call: AwsCall): Promise<Answer> {
    const { ResourceId: id } = call.parameters;
    const registers = call.action === "RegisterScalableTarget" && typeof id === "string";
    // https://github.com/spinnaker/spinnaker/issues/4371
    if (registers && (await this.capacities.desiredCount(id)) === undefined)
      return jsonError(400, "ValidationException", `ECS service doesn't exist: ${id}`);
    const denied = registers && roleProblem(this.account, "ecs.application-autoscaling");
    if (denied) return refused(call, denied);
    return this.applicationAutoScaling.inTurn(call, async () => {
      const answer = this.applicationAutoScaling.answer(call);
      if (registers && answer.status === 200) await this.capacities.moveIntoBounds(id);
      return answer;
    });
  }

  private async emulatorsAnswer(
    call: AwsCall,
    incoming: IncomingMessage,
    buffered: Buffer | undefined,
  ): Promise<Answer | IncomingMessage> {
    const answer = await this.forward(call, incoming, buffered).catch((error: unknown) =>
      jsonError(400, "EmulatorUnreachable", String(error)),
    );
    const corrections = this.corrections.filter((correction) => correction.match(call));
    if (corrections.length === 0 || !("resume" in answer)) return answer;
    let current = { status: answer.statusCode ?? 502, body: (await read(answer)).toString("utf8") };
    for (const correction of corrections) current = await correction.change(current, call, this.reader(call.region));
    return { ...current, headers: withoutHopByHop(answer.headers, "content-length") as Record<string, string> };
  }

  /** Reads the emulator's state in a region through this gateway. */
  reader(region: string): CloudReader {
    const reader = this.readers.get(region) ?? new CloudReader(this.url, region, this.emulator);
    this.readers.set(region, reader);
    return reader;
  }

  /** Forwards to the emulator under its own host name; it would read the first label of another one as a bucket's name. */
  private async forward(
    call: AwsCall,
    incoming: IncomingMessage,
    buffered: Buffer | undefined,
  ): Promise<IncomingMessage> {
    const host = new URL(this.emulator.url).host;
    const headers = { ...withoutHopByHop(incoming.headers), host };
    if (buffered) Object.assign(headers, { "content-length": String(buffered.length) });
    return new Promise((resolve, reject) => {
      // No keep-alive towards the emulator: it closes idle connections without warning, which would look like a fault.
      const path = call.url.pathname + call.url.search;
      const upstream = request(this.emulator.url, { method: call.method, path, headers, agent: false }, resolve);
      upstream.on("error", reject);
      if (buffered) upstream.end(buffered);
      else incoming.pipe(upstream);
      // When the engine is killed during a request, the emulator would wait for the rest of the body.
      incoming.on("close", () => incoming.complete || upstream.destroy());
    });
  }

  private takeFault(call: AwsCall): Fault | undefined {
    const planned = this.faults.find(({ fault, left }) => left > 0 && fault.match(call));
    if (planned) planned.left -= 1;
    return planned?.fault;
  }
}

const xmlHeaders = { "content-type": "text/xml" };
