/** Instances that are only played: the load balancer finds them as the test says, and one HTTP server answers the gate for all of them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { GroupHealth } from "./gaps/targets";

/** What the releases of every service are like; a release is meant by its version. */
export class PlayedReleases {
  /** Versions whose instances answer 500. */
  readonly broken = new Set<string>();
  /** Versions whose instances the load balancer finds unhealthy. */
  readonly unhealthy = new Set<string>();
  /** How many healthy instances each group has, more than any test asks for. */
  healthy = 10;
  /** The releases that the gate asked for, in order. */
  readonly asked: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const release = String(request.headers["x-release"]);
      this.asked.push(release);
      const bad = isOneOf(release, this.broken);
      response.writeHead(bad ? 500 : 200).end(bad ? "the application is broken" : "good");
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
    // NAME-RELEASE and the engine's own seven characters.
    const release = /targetgroup\/[a-z]+-(.+)-[0-9a-f]{7}\//.exec(targetGroupArn)?.[1] ?? "";
    const found = isOneOf(release, this.unhealthy)
      ? { state: "unhealthy" as const, reason: "Target.ResponseCodeMismatch" }
      : { state: "healthy" as const, reason: "" };
    return {
      inUse: true,
      targets: new Map(Array.from({ length: this.healthy }, (_, index) => [`i-${index}`, found])),
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
