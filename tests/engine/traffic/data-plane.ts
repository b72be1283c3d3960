import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Action, ElasticLoadBalancingV2Client, Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GroupHealth } from "../support/gaps/targets";
import type { DataPlaneOptions } from "./data-plane-options";
import { redirectTarget } from "./redirect";
import { decidingRule, pickGroup, sharesOf, type RoutedRequest } from "./rules";
import { Target } from "./target";
import { groupsIn, loadBalancingClient, readView, type Route, type View } from "./view";

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

/** Simulates the load balancer whose listeners, rules and targets the emulator's API lists. Never retries a request. */
export class DataPlane {
  /** The listeners and rules by which requests are routed now. */
  private routes: readonly Route[] | undefined;
  /** Those that the API had at the last reading. */
  private accepted: readonly Route[] = [];
  private groups: View["groups"] = new Map();
  private readonly targets = new Map<string, Map<string, Target>>();
  private readonly turns = new Map<string, number>();
  private readonly client: ElasticLoadBalancingV2Client;
  /** The server of `url`, and those of `ports`. */
  private readonly servers = new Map<number | undefined, Server>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Seconds; see the option. */
  ruleDelay: number;
  /** A log with time stamps: changes of health, requests that a target did not answer. */
  readonly events: string[] = [];

  private constructor(private readonly options: DataPlaneOptions) {
    this.client = loadBalancingClient(options.endpoint);
    this.ruleDelay = options.ruleDelay ?? 0;
    for (const port of [undefined, ...(options.ports ?? [])]) {
      const server = createServer((request, response) => {
        this.serve(port, request, response);
      });
      server.keepAliveTimeout = TARGET_IDLE_MS;
      this.servers.set(port, server);
    }
  }

  /** Listens on a free loopback port and polls the emulator from now on. */
  static async start(options: DataPlaneOptions): Promise<DataPlane> {
    const plane = new DataPlane(options);
    for (const server of plane.servers.values())
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await plane.poll();
    return plane;
  }

  /** The address of the HTTPS listener, or else of the first one, without a trailing slash. */
  get url(): string {
    return this.urlOf(undefined);
  }

  /** The address of the listener on one of `ports`. */
  urlOf(port: number | undefined): string {
    return `http://127.0.0.1:${(this.servers.get(port)?.address() as AddressInfo).port}`;
  }

  /** The health of a target group's targets. */
  health(targetGroupArn: string): GroupHealth {
    return {
      inUse: this.groups.has(targetGroupArn),
      targets: this.targets.get(targetGroupArn) ?? new Map(),
    };
  }

  /** Reads the emulator now instead of at the next poll. */
  async refresh(): Promise<void> {
    const view = await readView(this.client, this.options.loadBalancer, groupsIn(this.routes ?? []));
    if (this.closed) return;
    this.applyTargets(view ? view.groups : new Map<string, never>());
    this.accept(view?.routes ?? []);
  }

  /** Routes by these listeners and rules after the delay; the first ones at once. */
  private accept(routes: readonly Route[]): void {
    if (this.routes !== undefined && JSON.stringify(routes) === JSON.stringify(this.accepted)) return;
    this.accepted = routes;
    const apply = () => {
      this.routes = routes;
    };
    if (this.routes === undefined || this.ruleDelay === 0) apply();
    else setTimeout(apply, this.ruleDelay * 1000).unref();
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

  private applyTargets(groups: View["groups"]): void {
    this.groups = groups;
    for (const [arn, known] of this.targets) {
      const registered = groups.get(arn)?.targets ?? [];
      for (const [id, target] of known) {
        if (registered.some((one) => one.id === id && one.port === target.port)) continue;
        target.drain();
        known.delete(id);
      }
      if (known.size === 0) this.targets.delete(arn);
    }
    for (const [arn, { group, targets }] of groups) {
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

  /** The listener on a port; without one, the HTTPS listener or else the first. */
  private routeOf(port: number | undefined): Route | undefined {
    const routes = this.routes ?? [];
    return port === undefined
      ? (routes.find(({ listener }) => listener.Protocol === "HTTPS") ?? routes[0])
      : routes.find(({ listener }) => listener.Port === port);
  }

  private serve(port: number | undefined, request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://balancer");
    const routed: RoutedRequest = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
    };
    const route = this.routeOf(port);
    const rule = route && decidingRule(route.rules, routed);
    if (!rule) {
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
        this.respond(request, response, action.RedirectConfig?.StatusCode === "HTTP_301" ? 301 : 302, "", {
          location: redirectTarget(action.RedirectConfig, route.listener, url, request.headers.host),
        });
        break;
      case "forward":
        this.forward(action, route.listener, request, response);
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

  private pickTarget(arn: string): Target | undefined {
    const all = [...(this.targets.get(arn)?.values() ?? [])];
    const healthy = all.filter((target) => target.state === "healthy");
    const candidates = healthy.length === 0 && this.options.failOpen ? all : healthy;
    const turn = this.turns.get(arn) ?? 0;
    this.turns.set(arn, turn + 1);
    return candidates[turn % candidates.length];
  }

  private forward(action: Action, listener: Listener, request: IncomingMessage, response: ServerResponse): void {
    const arn = pickGroup(sharesOf(action), Math.random());
    const target = arn && this.pickTarget(arn);
    const host = target && target.host;
    if (!target || !host) {
      this.respond(request, response, 503, "no healthy target");
      return;
    }
    target.inFlight += 1;
    const sentAt = Date.now();
    const answered = (status: number | undefined): void => {
      const milliseconds = Date.now() - sentAt;
      this.options.onAnswer?.({ listenerArn: listener.ListenerArn ?? "", targetGroupArn: arn, status, milliseconds });
    };
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
          "x-forwarded-proto": (listener.Protocol ?? "http").toLowerCase(),
          "x-forwarded-port": String(listener.Port ?? 80),
        },
      },
      (answer) => {
        answered(answer.statusCode);
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
      if (!response.headersSent) answered(undefined);
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
    for (const server of this.servers.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    this.client.destroy();
  }
}
