/** Simulated instances: the test sets their health, and one HTTP server answers the gate for all of them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { GroupHealth } from "./gaps/targets";

/** The behaviour of the releases of every service, by version. */
export class SimulatedReleases {
  /** Versions whose instances answer the gate with 500. */
  readonly broken = new Set<string>();
  /** Versions whose instances the load balancer reports as unhealthy. */
  readonly unhealthy = new Set<string>();
  /** How many of a group's instances start at most: more than any test wants. */
  instances = 10;
  /** The releases in the gate's requests, in order. */
  readonly requestedReleases: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      // Followed by the key of the stack.
      const release = String(request.headers["x-release"]).replace(/-[0-9a-f]{8}$/, "");
      this.requestedReleases.push(release);
      const broken = isOneOf(release, this.broken);
      response.writeHead(broken ? 500 : 200).end(broken ? "the application is broken" : "good");
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  /** For `gate.url`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** For the gateway's `sources`. */
  readonly health = (targetGroupArn: string): GroupHealth => {
    // NAME-RELEASE and the engine's random seven characters.
    const release = /targetgroup\/[a-z]+-(.+)-[0-9a-f]{7}\//.exec(targetGroupArn)?.[1] ?? "";
    const health = isOneOf(release, this.unhealthy)
      ? { state: "unhealthy" as const, reason: "Target.ResponseCodeMismatch" }
      : { state: "healthy" as const, reason: "" };
    return {
      inUse: true,
      simulated: true,
      targets: new Map(Array.from({ length: this.instances }, (_, index) => [`i-${index}`, health])),
    };
  };

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function isOneOf(release: string, versions: ReadonlySet<string>): boolean {
  return [...versions].some((version) => release.startsWith(`${version.replaceAll(".", "-")}-`));
}
