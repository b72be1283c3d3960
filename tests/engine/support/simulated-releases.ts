/** Simulated instances: the test sets their health, and one HTTP server answers the gate for all of them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { GroupHealth } from "./gaps/targets";
import { LoopbackServer } from "./loopback-server";
import type { World } from "./world";

/** The behaviour of the releases of every service, by version. Its URL is for `gate.url`. */
export class SimulatedReleases extends LoopbackServer {
  /** Versions whose instances answer the gate with 500. */
  readonly broken = new Set<string>();
  /** Versions whose instances the load balancer reports as unhealthy. */
  readonly unhealthy = new Set<string>();
  /** How many of a group's instances start at most: more than any test wants. */
  instances = 10;
  /** The releases in the gate's requests, in order. */
  readonly requestedReleases: string[] = [];

  /** Starts them in a world: its gateway reports their health, and they end with it. */
  async startIn(world: World): Promise<void> {
    await this.start();
    world.closing.push(() => this.stop());
    world.gateway.sources.health = this.health;
  }

  protected respond({ headers }: IncomingMessage, response: ServerResponse): void {
    // Followed by the key of the stack.
    const release = String(headers["x-release"]).replace(/-[0-9a-f]{8}$/, "");
    this.requestedReleases.push(release);
    const broken = isOneOf(release, this.broken);
    response.writeHead(broken ? 500 : 200).end(broken ? "the application is broken" : "good");
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
}

function isOneOf(release: string, versions: ReadonlySet<string>): boolean {
  return [...versions].some((version) => release.startsWith(`${version.replaceAll(".", "-")}-`));
}
