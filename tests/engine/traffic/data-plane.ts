import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Action, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GroupHealth } from "../support/gaps/targets";
import { decidingRule, pickGroup, sharesOf, type RoutedRequest } from "./rules";
import { Target } from "./target";
import { loadBalancingClient, readView, type View } from "./view";

/** Options of the simulated load balancer. */
export interface DataPlaneOptions {
  /** The gateway's address; the emulator itself loses weights. */
  endpoint: string;
  /** The load balancer's name. @default the first one */
  loadBalancer?: string;
  /** The listener's port; TLS itself is not simulated. @default the HTTPS listener, or else the first one */
  listenerPort?: number;
  /** The address of a target that is an instance. */
  addressOf?: (instanceId: string) => string | undefined;
  pollMs?: number;
  /** The delay until a change of rules takes effect, as on a real load balancer. @default 0 */
  propagationMs?: number;
  /**
   * Whether the requests of a group without a healthy target are sent to all of its targets, as on AWS, instead of answered
   * with 503. @default false, which makes a broken release more visible
   */
  failOpen?: boolean;
}

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const TARGET_IDLE_MS = 60_000;
const REDIRECT_PARTS = /#\{(protocol|host|port|path|query)\}/g;

/** Simulates the load balancer whose listeners, rules and targets the emulator's API lists. Never retries a request. */
export class DataPlane {
  private view: View | undefined;
  private readonly targets = new Map<string, Map<string, Target>>();
  private readonly turns = new Map<string, number>();
  private readonly client: ElasticLoadBalancingV2Client;
  private readonly server: Server;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** A log with time stamps: changes of health, requests that a target did not answer. */
  readonly events: string[] = [];

  private constructor(private readonly options: DataPlaneOptions) {
    this.client = loadBalancingClient(options.endpoint);
    this.server = createServer((request, response) => {
      this.serve(request, response);
    });
    this.server.keepAliveTimeout = TARGET_IDLE_MS;
  }

  /** Listens on a free loopback port and polls the emulator from now on. */
  static async start(options: DataPlaneOptions): Promise<DataPlane> {
    const plane = new DataPlane(options);
    await new Promise<void>((resolve) => plane.server.listen(0, "127.0.0.1", resolve));
    await plane.poll();
    return plane;
  }

  /** Its address, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The health of a target group's targets. */
  health(targetGroupArn: string): GroupHealth {
    return {
      inUse: this.view?.groups.has(targetGroupArn) ?? false,
      targets: this.targets.get(targetGroupArn) ?? new Map(),
    };
  }

  /** Reads the emulator now instead of at the next poll. */
  async refresh(): Promise<void> {
    const view = await readView(this.client, this.options.loadBalancer, this.options.listenerPort);
    const delay = this.options.propagationMs ?? 0;
    if (delay > 0 && this.view)
      setTimeout(() => {
        this.apply(view);
      }, delay);
    else this.apply(view);
  }

  private async poll(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      // A load balancer keeps its last state when its control plane does not answer. NotFound means that a resource was
      // deleted between two calls of one reading.
      if (!/NotFound/.test(String(error))) this.note(`reading the emulator: ${String(error)}`);
    }
    if (!this.closed) this.timer = setTimeout(() => void this.poll(), this.options.pollMs ?? 200);
  }

  private note(text: string): void {
    this.events.push(`${new Date().toISOString()} ${text}`);
  }

  private apply(view: View | undefined): void {
    if (this.closed) return;
    this.view = view;
    for (const [arn, known] of this.targets) {
      const registered = view?.groups.get(arn)?.targets ?? [];
      for (const [id, target] of known) {
        if (registered.some((one) => one.id === id && one.port === target.port)) continue;
        target.drain();
        known.delete(id);
      }
      if (known.size === 0) this.targets.delete(arn);
    }
    for (const [arn, { group, targets }] of view?.groups ?? []) {
      const known = this.targets.get(arn) ?? new Map<string, Target>();
      this.targets.set(arn, known);
      for (const { id, port } of targets) {
        const target = known.get(id);
        if (target) target.group = group;
        else {
          known.set(
            id,
            new Target(
              id,
              port,
              group,
              (one) => (group.TargetType === "ip" ? one : this.options.addressOf?.(one)),
              (changed, from) => {
                this.note(`${group.TargetGroupName} ${changed.id}: ${from} -> ${changed.state} ${changed.reason}`);
              },
            ),
          );
        }
      }
    }
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://balancer");
    const routed: RoutedRequest = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
    };
    const rule = this.view && decidingRule(this.view.rules, routed);
    if (!this.view || !rule) {
      this.respond(request, response, 503, "no listener");
      return;
    }
    const action = [...(rule.Actions ?? [])].sort((a, b) => (a.Order ?? 1) - (b.Order ?? 1))[0];
    switch (action?.Type) {
      case "fixed-response": {
        const fixed = action.FixedResponseConfig;
        this.respond(request, response, Number(fixed?.StatusCode ?? 503), fixed?.MessageBody ?? "", {
          "content-type": fixed?.ContentType ?? "text/plain",
        });
        break;
      }
      case "redirect":
        this.redirect(action, url, request, response);
        break;
      case "forward":
        this.forward(action, request, response);
        break;
      default:
        this.respond(request, response, 501, `${action?.Type ?? "no action"} is not simulated`);
    }
  }

  private respond(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    text: string,
    headers: OutgoingHttpHeaders = {},
  ): void {
    request.resume();
    response.writeHead(status, { "content-length": Buffer.byteLength(text), ...headers }).end(text);
  }

  private redirect(action: Action, url: URL, request: IncomingMessage, response: ServerResponse): void {
    const to = action.RedirectConfig;
    const parts: Record<string, string> = {
      protocol: (this.view?.listener.Protocol ?? "HTTP").toLowerCase(),
      port: String(this.view?.listener.Port ?? 80),
      host: (request.headers.host ?? "").replace(/:\d+$/, ""),
      path: url.pathname.slice(1),
      query: url.search.slice(1),
    };
    const fill = (text: string | undefined, otherwise: string): string =>
      (text ?? otherwise).replace(REDIRECT_PARTS, (_, part: string) => parts[part] ?? "");
    const query = fill(to?.Query, "#{query}");
    const location = `${fill(to?.Protocol, "#{protocol}").toLowerCase()}://${fill(to?.Host, "#{host}")}:${fill(to?.Port, "#{port}")}${fill(to?.Path, "/#{path}")}`;
    this.respond(request, response, to?.StatusCode === "HTTP_301" ? 301 : 302, "", {
      location: query ? `${location}?${query}` : location,
    });
  }

  private pickTarget(arn: string): Target | undefined {
    const all = [...(this.targets.get(arn)?.values() ?? [])];
    const healthy = all.filter((target) => target.state === "healthy");
    const candidates = healthy.length === 0 && this.options.failOpen ? all : healthy;
    const turn = this.turns.get(arn) ?? 0;
    this.turns.set(arn, turn + 1);
    return candidates[turn % candidates.length];
  }

  private forward(action: Action, request: IncomingMessage, response: ServerResponse): void {
    const arn = pickGroup(sharesOf(action), Math.random());
    const target = arn && this.pickTarget(arn);
    const host = target && target.host;
    if (!target || !host) {
      this.respond(request, response, 503, "no healthy target");
      return;
    }
    target.inFlight += 1;
    let finished = false;
    const finish = (): void => {
      if (finished) return;
      finished = true;
      target.inFlight -= 1;
      target.release();
    };
    const upstream = sendRequest(
      {
        host,
        port: target.port,
        method: request.method,
        path: request.url,
        agent: target.agent,
        timeout: TARGET_IDLE_MS,
        headers: {
          ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name))),
          "x-forwarded-for": request.socket.remoteAddress,
          "x-forwarded-proto": (this.view?.listener.Protocol ?? "http").toLowerCase(),
          "x-forwarded-port": String(this.view?.listener.Port ?? 80),
        },
      },
      (answer) => {
        const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
        response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
        answer.pipe(response);
        // A truncated answer must reach the client as such, not look complete.
        answer.once("error", () => response.destroy());
      },
    );
    upstream.once("timeout", () => upstream.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
    upstream.once("error", (error: NodeJS.ErrnoException) => {
      finish();
      if (!response.destroyed)
        this.note(`${request.method} ${request.url} at ${target.id} (${target.state}): ${error.code ?? error.message}`);
      if (response.headersSent) response.destroy();
      else this.respond(request, response, error.code === "ETIMEDOUT" ? 504 : 502, "the target did not answer");
    });
    response.once("close", () => {
      finish();
      if (!response.writableFinished) upstream.destroy();
    });
    request.pipe(upstream);
  }

  /** Stops listening and polling. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    for (const known of this.targets.values()) for (const target of known.values()) target.drain();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.client.destroy();
  }
}
