/** The load balancers of the double, whose targets are containers on this machine. Never retries a request. */
import { Agent, type IncomingMessage, type Server, type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlicloudDouble } from "../../../packages/alicloud-double/src";
import type { Forwarded } from "../../../packages/alicloud-double/src/traffic";

const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

/** One load balancer's listener on port 80, at a port of the loopback interface. */
export class AlicloudFront {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  /** A log with time stamps: requests that a target has not answered. */
  readonly events: string[] = [];

  private constructor(
    private readonly double: AlicloudDouble,
    private readonly loadBalancer: string,
    private readonly addressOf: (instance: string) => string | undefined,
  ) {
    this.server = createServer((incoming, outgoing) => {
      this.serve(incoming, outgoing);
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /**
   * Listens on a free port.
   *
   * @param loadBalancer the load balancer's name
   */
  static async start(
    double: AlicloudDouble,
    loadBalancer: string,
    addressOf: (instance: string) => string | undefined,
  ): Promise<AlicloudFront> {
    const front = new AlicloudFront(double, loadBalancer, addressOf);
    await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  /** The listener's address, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { pathname: path, searchParams } = new URL(incoming.url ?? "/", "http://balancer");
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const { method = "GET" } = incoming;
    const asked = { method, host: headers["host"] ?? "", path, query: Object.fromEntries(searchParams), headers };
    const routed = this.double.plane.route(this.loadBalancer, asked, 80);
    const target = routed.kind === "forward" ? routed.target : undefined;
    const host = target && this.addressOf(target.serverId);
    if (routed.kind !== "forward" || target === undefined || host === undefined) {
      incoming.resume();
      outgoing.writeHead(503).end("no healthy target");
      return;
    }
    const sentAt = Date.now();
    const count = (forwarded: Forwarded) => {
      this.count(routed.serverGroupId, forwarded);
    };
    const options = { host, port: target.port, method, path: incoming.url ?? "/", agent: this.agent, headers };
    const upstream = request(options, (response) => {
      const { statusCode: status = 502 } = response;
      count({ status, milliseconds: Date.now() - sentAt });
      const kept = Object.entries(response.headers).filter(([name]) => !hopByHop.has(name));
      outgoing.writeHead(status, Object.fromEntries(kept));
      response.pipe(outgoing);
      // A truncated response must reach the client as such, not look complete.
      response.once("error", () => outgoing.destroy());
    });
    upstream.once("error", (error: NodeJS.ErrnoException) => {
      this.events.push(
        `${new Date().toISOString()} ${target.serverId} (${target.health}): ${error.code ?? error.message}`,
      );
      if (outgoing.headersSent) {
        outgoing.destroy();
        return;
      }
      count("connection-error");
      outgoing.writeHead(502).end("the target did not answer");
    });
    incoming.pipe(upstream);
  }

  private count(serverGroupId: string, forwarded: Forwarded): void {
    const { balancing, traffic, metricPeriod } = this.double.world;
    const balancer = balancing.loadBalancers.find(({ name }) => name === this.loadBalancer);
    const listener = balancing.listeners.find(
      ({ loadBalancerId, port }) => loadBalancerId === balancer?.id && port === 80,
    );
    if (listener === undefined) return;
    const { loadBalancerId, protocol: listenerProtocol, port: listenerPort } = listener;
    traffic.count({ loadBalancerId, listenerProtocol, listenerPort, serverGroupId }, forwarded, metricPeriod);
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.agent.destroy();
  }
}
