import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpReply } from "../http/server";
import type { Listener, LoadBalancer, ServerGroup } from "../services/alb/records";
import type { World } from "../world";
import { targetsOf, type CheckedTarget } from "./health";
import { route, type PlaneRequest, type RoutingDecision } from "./routing";
import { assertDefined } from "../values";

export type { PlaneRequest } from "./routing";

/** What a target answers. */
export type TargetHandler = (
  request: PlaneRequest & { serverGroup: ServerGroup; target: CheckedTarget; release: string },
) => { status: number; headers?: Record<string, string>; body?: string };

/** How load balancers are reached. */
export interface PlaneOptions {
  /**
   * `name`: a name like the cloud's, which only `ask` and the proxy reach. `port`: `127.0.0.1:PORT`, one port for each load balancer, for a
   * program that puts the name into a URL as it is. `address`: an address of its own (127.77.0.1, …) on which each listener has its own port; a port below 1024 wants root.
   */
  dnsName?: "name" | "port" | "address";
  /** What the targets answer; the default is 200 with `{ release }`. */
  handler?: TargetHandler;
  /** The release that a server group serves; the default reads SERVICE_RELEASE from its containers' environment, then a tag `release`, then takes its name. */
  releaseOf?: (world: World, group: ServerGroup) => string;
}

const initialSparePorts = 3;

/** The part of the double that carries traffic: it plays the load balancers to whoever sends requests. */
export class DataPlane {
  private readonly handlers = new Map<string, TargetHandler>();
  private readonly servers = new Map<string, Server>();
  private readonly sparePorts: { server: Server; port: number; balancerId?: string }[] = [];
  private balancers = 0;

  constructor(
    private readonly world: World,
    private readonly options: PlaneOptions,
  ) {
    if (options.dnsName === "port") world.dnsNameOf = (id) => this.portFor(id);
    if (options.dnsName === "address")
      world.dnsNameOf = () =>
        `127.77.${String(Math.floor(++this.balancers / 250))}.${String((this.balancers % 250) + 1)}`;
    if (options.dnsName === "address")
      world.onListenerChange = (listener, open) => {
        open ? this.openListener(listener) : this.closeListener(listener.id);
      };
  }

  /** Opens what has to be there before the first load balancer. */
  async start(): Promise<void> {
    if (this.options.dnsName === "port") for (let at = 0; at < initialSparePorts; at++) await this.addSparePort();
  }

  async close(): Promise<void> {
    for (const server of [...this.servers.values(), ...this.sparePorts.map((one) => one.server)]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  /** Has one server group's targets (by its name or id) answer with a handler of the test's own; none takes it back. */
  setHandler(serverGroup: string, handler?: TargetHandler): void {
    if (handler) this.handlers.set(serverGroup, handler);
    else this.handlers.delete(serverGroup);
  }

  /** How a load balancer would route a request now. Without a listener's port, its first listener is asked. */
  route(loadBalancer: string, request: PlaneRequest, port?: number): RoutingDecision {
    const listener = this.listenerOf(this.balancer(loadBalancer), port);
    return listener ? route(this.world, listener, request) : { kind: "closed", status: 503 };
  }

  /** The health of a server group's targets (by its name or id) now. */
  targets(serverGroup: string): CheckedTarget[] {
    const group = this.world.balancing.serverGroups.find((one) => one.id === serverGroup || one.name === serverGroup);
    return group ? targetsOf(this.world, group.id) : [];
  }

  /** Sends a request through a load balancer, named by its id, name or host name. */
  ask(
    loadBalancer: string,
    request: PlaneRequest,
    port?: number,
  ): { status: number; headers: Record<string, string>; body: string; routed: RoutingDecision } {
    const routed = this.route(loadBalancer, request, port);
    return { ...this.respond(routed, request), routed };
  }

  /** Whether a host name is a load balancer's; the proxy asks. */
  serves(host: string): boolean {
    return this.balancer(host) !== undefined;
  }

  /** A request that came through the proxy. */
  viaProxy(host: string, port: number | undefined, request: PlaneRequest): Exclude<HttpReply, "drop"> {
    return this.ask(host, request, port);
  }

  private respond(
    routed: RoutingDecision,
    request: PlaneRequest,
  ): { status: number; headers: Record<string, string>; body: string } {
    const plain = (status: number, body: string, headers: Record<string, string> = {}) => ({
      status,
      headers: { "content-type": "text/plain", server: "alicloud-double-alb", ...headers },
      body,
    });
    if (routed.kind === "redirect") return plain(routed.status, "", { location: routed.location });
    if (routed.kind === "fixed") return plain(routed.status, routed.body, { "content-type": routed.contentType });
    if (routed.kind === "closed" || !routed.target) return plain(routed.status ?? 503, "no healthy target");
    const serverGroup = assertDefined(this.world.balancing.serverGroups.get(routed.serverGroupId));
    const release = (this.options.releaseOf ?? releaseOf)(this.world, serverGroup);
    const handler =
      this.handlers.get(serverGroup.id) ??
      this.handlers.get(serverGroup.name) ??
      this.options.handler ??
      ((): ReturnType<TargetHandler> => ({
        status: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ release }),
      }));
    const { status, headers = {}, body = "" } = handler({ ...request, serverGroup, target: routed.target, release });
    return plain(status, body, headers);
  }

  private balancer(key: string): LoadBalancer | undefined {
    return this.world.balancing.loadBalancers.find((one) => one.id === key || one.name === key || one.dnsName === key);
  }

  private listenerOf(balancer: LoadBalancer | undefined, port: number | undefined): Listener | undefined {
    const listeners = this.world.balancing.listeners.where((one) => one.loadBalancerId === balancer?.id);
    return port === undefined ? listeners[0] : listeners.find((one) => one.port === port);
  }

  private portFor(balancerId: string): string {
    const free = this.sparePorts.find(
      (one) => one.balancerId === undefined || !this.world.balancing.loadBalancers.get(one.balancerId),
    );
    if (!free) return `${balancerId}.no-port-left`;
    free.balancerId = balancerId;
    void this.addSparePort();
    return `127.0.0.1:${String(free.port)}`;
  }

  private async addSparePort(): Promise<void> {
    const one: { server: Server; port: number; balancerId?: string } = {
      port: 0,
      server: createServer(
        (request, response) =>
          void this.serve(request, response, () =>
            this.listenerOf(this.world.balancing.loadBalancers.get(one.balancerId), undefined),
          ),
      ),
    };
    await new Promise<void>((done) => one.server.listen(0, "127.0.0.1", done));
    one.server.unref();
    one.port = (one.server.address() as AddressInfo).port;
    this.sparePorts.push(one);
  }

  private openListener(listener: Listener): void {
    const address = this.world.balancing.loadBalancers.get(listener.loadBalancerId)?.dnsName;
    const server = createServer(
      (request, response) => void this.serve(request, response, () => this.world.balancing.listeners.get(listener.id)),
    );
    server.on("error", (error) => {
      process.emitWarning(`the double cannot listen on ${address}:${String(listener.port)}: ${error.message}`);
    });
    this.servers.set(listener.id, server.listen(listener.port, address).unref());
  }

  private closeListener(listenerId: string): void {
    const server = this.servers.get(listenerId);
    server?.closeAllConnections();
    server?.close();
    this.servers.delete(listenerId);
  }

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    find: () => Listener | undefined,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://localhost");
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const asked: PlaneRequest = {
      method: request.method ?? "GET",
      host: headers["host"] ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: Buffer.concat(chunks),
    };
    const listener = find();
    const {
      status,
      headers: out,
      body,
    } = this.respond(listener ? route(this.world, listener, asked) : { kind: "closed", status: 503 }, asked);
    response.writeHead(status, out).end(body);
  }
}

/** The release of a server group, as far as the cloud's own records tell. */
function releaseOf(world: World, group: ServerGroup): string {
  const tag = group.tags.get("release") ?? group.tags.get("Release");
  if (tag) return tag;
  const scaling = world.scaling.scalingGroups.find((one) =>
    one.attachments.some((attachment) => attachment.serverGroupId === group.id),
  );
  const configuration = world.scaling.configurations.get(scaling?.activeConfigurationId);
  const found = /"Key":"SERVICE_RELEASE","Value":"([^"]*)"|"Value":"([^"]*)","Key":"SERVICE_RELEASE"/.exec(
    JSON.stringify(configuration?.settings ?? {}),
  );
  return found?.[1] ?? found?.[2] ?? group.name;
}
