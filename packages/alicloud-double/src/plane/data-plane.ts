import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Listener, LoadBalancer, ServerGroup } from "../services/alb/records";
import { assertDefined } from "../values";
import type { World } from "../world";
import { targetsOf, type CheckedTarget } from "./health";
import { releaseOf } from "./release";
import type { PlaneRequest } from "./request";
import { route, type RoutingDecision } from "./routing";

/**
 * Computes the response of a target, and the milliseconds that it is said to take in the metrics, by default 1; or
 * refuses the connection, so that the client gets 502.
 */
export type TargetHandler = (
  request: PlaneRequest & { serverGroup: ServerGroup; target: CheckedTarget; release: string },
) => { status: number; headers?: Record<string, string>; body?: string; milliseconds?: number } | "connection-error";

/** How load balancers are reached, and what their targets respond. */
export interface PlaneOptions {
  /**
   * What a load balancer's host name is. `name` (default): one in the cloud's format, which only `send` and the proxy
   * reach. `port`: `127.0.0.1:PORT`, one port per load balancer, for programs that use the name in a URL as it is.
   * `address`: an address (127.77.0.1, …) with a port per listener; ports below 1024 need root.
   */
  dnsName?: "name" | "port" | "address";
  /** Responds for all targets; default 200 with `{ release }`. */
  handler?: TargetHandler;
  /** The release that a server group serves; by default releaseOf in release.ts. */
  releaseOf?: (world: World, group: ServerGroup) => string;
}

/** A load balancer's response. */
export interface PlaneResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A server opened before a load balancer exists, because the load balancer's name must be known at once. */
interface PortServer {
  server: Server;
  port: number;
  balancerId?: string;
}

const initialSparePorts = 3;

/** The load balancers as their clients see them. */
export class DataPlane {
  private readonly handlers = new Map<string, TargetHandler>();
  private readonly listenerServers = new Map<string, Server>();
  private readonly portServers: PortServer[] = [];
  private balancers = 0;

  constructor(
    private readonly world: World,
    private readonly options: PlaneOptions,
  ) {
    if (options.dnsName === "port") world.dnsNameOf = (id) => this.portFor(id);
    if (options.dnsName === "address") {
      world.dnsNameOf = () => `127.77.${Math.floor(++this.balancers / 250)}.${(this.balancers % 250) + 1}`;
      world.onListenerChange = (listener, created) => {
        if (created) this.openListener(listener);
        else this.closeListener(listener.id);
      };
    }
  }

  /** Opens the ports that must exist before the first load balancer. */
  async start(): Promise<void> {
    if (this.options.dnsName === "port") for (let at = 0; at < initialSparePorts; at++) await this.addPort();
  }

  /** Closes all servers. */
  async close(): Promise<void> {
    for (const server of [...this.listenerServers.values(), ...this.portServers.map((one) => one.server)]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /**
   * Sets the handler of a server group's targets, by the group's name or id; without a handler, restores the default.
   */
  setHandler(serverGroup: string, handler?: TargetHandler): void {
    if (handler) this.handlers.set(serverGroup, handler);
    else this.handlers.delete(serverGroup);
  }

  /** How a load balancer would route a request now, on the listener of a port or on its first listener. */
  route(loadBalancer: string, request: PlaneRequest, port?: number): RoutingDecision {
    const listener = this.listenerOf(this.findBalancer(loadBalancer), port);
    return this.routeAt(listener, request);
  }

  /** The targets of a server group, by the group's name or id, with their current health. */
  targets(serverGroup: string): CheckedTarget[] {
    const group = this.world.balancing.serverGroups.find((one) => one.id === serverGroup || one.name === serverGroup);
    return group ? targetsOf(this.world, group.id) : [];
  }

  /** Sends a request through a load balancer, by the load balancer's id, name, host name or a zone's address. */
  send(loadBalancer: string, request: PlaneRequest, port?: number): PlaneResponse & { routed: RoutingDecision } {
    const routed = this.route(loadBalancer, request, port);
    return { ...this.respond(routed, request, this.listenerOf(this.findBalancer(loadBalancer), port)), routed };
  }

  /** Whether a host name or an address is a load balancer's. */
  serves(host: string): boolean {
    return this.findBalancer(host) !== undefined;
  }

  private routeAt(listener: Listener | undefined, request: PlaneRequest): RoutingDecision {
    return listener ? route(this.world, listener, request) : { kind: "closed", status: 503 };
  }

  private respond(routed: RoutingDecision, request: PlaneRequest, listener: Listener | undefined): PlaneResponse {
    if (routed.kind === "redirect") return plainResponse(routed.status, "", { location: routed.location });
    if (routed.kind === "fixed")
      return plainResponse(routed.status, routed.body, { "content-type": routed.contentType });
    if (routed.kind === "closed" || !routed.target) return plainResponse(routed.status ?? 503, "no healthy target");
    const { target } = routed;
    const serverGroup = assertDefined(this.world.balancing.serverGroups.get(routed.serverGroupId));
    const release = (this.options.releaseOf ?? releaseOf)(this.world, serverGroup);
    const handler =
      this.handlers.get(serverGroup.id) ??
      this.handlers.get(serverGroup.name) ??
      this.options.handler ??
      respondWithRelease;
    const response = handler({ ...request, serverGroup, target, release });
    const refused = response === "connection-error";
    if (listener !== undefined)
      this.world.traffic.count(
        {
          loadBalancerId: listener.loadBalancerId,
          listenerProtocol: listener.protocol,
          listenerPort: listener.port,
          serverGroupId: serverGroup.id,
        },
        refused ? response : { status: response.status, milliseconds: response.milliseconds ?? 1 },
        this.world.metricPeriod,
      );
    if (refused) return plainResponse(502, "the target refused the connection");
    const { status, headers = {}, body = "" } = response;
    return plainResponse(status, body, headers);
  }

  private findBalancer(key: string): LoadBalancer | undefined {
    return this.world.balancing.loadBalancers.find(
      (one) =>
        [one.id, one.name, one.dnsName].includes(key) || one.zones.some(({ publicAddress }) => publicAddress === key),
    );
  }

  private listenerOf(balancer: LoadBalancer | undefined, port?: number): Listener | undefined {
    const listeners = this.world.balancing.listeners.where((one) => one.loadBalancerId === balancer?.id);
    return port === undefined ? listeners[0] : listeners.find((one) => one.port === port);
  }

  private portFor(balancerId: string): string {
    const { loadBalancers } = this.world.balancing;
    const free = this.portServers.find((one) => one.balancerId === undefined || !loadBalancers.get(one.balancerId));
    if (!free) return `${balancerId}.no-port-left`;
    free.balancerId = balancerId;
    void this.addPort();
    return `127.0.0.1:${free.port}`;
  }

  private async addPort(): Promise<void> {
    const { loadBalancers } = this.world.balancing;
    const server = this.createServer(() => this.listenerOf(loadBalancers.get(entry.balancerId)));
    const entry: PortServer = { port: 0, server };
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    entry.port = (server.address() as AddressInfo).port;
    this.portServers.push(entry);
  }

  private openListener(listener: Listener): void {
    const address = this.world.balancing.loadBalancers.get(listener.loadBalancerId)?.dnsName;
    const server = this.createServer(() => this.world.balancing.listeners.get(listener.id));
    server.on("error", (error) => {
      process.emitWarning(`the double cannot listen on ${address}:${listener.port}: ${error.message}`);
    });
    this.listenerServers.set(listener.id, server.listen(listener.port, address).unref());
  }

  private closeListener(listenerId: string): void {
    const server = this.listenerServers.get(listenerId);
    server?.closeAllConnections();
    server?.close();
    this.listenerServers.delete(listenerId);
  }

  private createServer(findListener: () => Listener | undefined): Server {
    return createServer((incoming, outgoing) => void this.serve(incoming, outgoing, findListener));
  }

  private async serve(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    findListener: () => Listener | undefined,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request: PlaneRequest = {
      method: incoming.method ?? "GET",
      host: headers["host"] ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: Buffer.concat(chunks),
    };
    const listener = findListener();
    const response = this.respond(this.routeAt(listener, request), request, listener);
    outgoing.writeHead(response.status, response.headers).end(response.body);
  }
}

const respondWithRelease: TargetHandler = ({ release }) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ release }),
});

function plainResponse(status: number, body: string, headers: Record<string, string> = {}): PlaneResponse {
  return { status, headers: { "content-type": "text/plain", server: "alicloud-double-alb", ...headers }, body };
}
