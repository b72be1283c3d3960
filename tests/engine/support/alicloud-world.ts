/**
 * The fixture of the engine tests on Alibaba Cloud: an empty double of its API, and stacks of the project's program in
 * it.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ServiceArgs } from "../../../components/spec";
import { AlicloudDouble, forwardsIn, missingModels, type DoubleOptions } from "../../../packages/alicloud-double/src";
import { StackRun } from "./stack";
import { type Found, findToolchain, needs, repository, type Toolchain } from "./toolchain";
import { ServiceStack } from "./world";

/** An empty double and an engine. `closing` lists the functions that close it, run from the last to the first. */
export class AlicloudWorld {
  readonly closing: (() => unknown)[] = [];
  /** Whether new stacks run the program's sources; see `StackOptions.sources`. */
  sources = false;
  /** The gate's server; the first segment of a path is the service whose load balancer answers. */
  private gateUrl = "";

  private constructor(
    private readonly toolchain: Toolchain,
    private readonly region: string,
    readonly double: AlicloudDouble,
    /** Versions whose app answers every request except the health check with 500. */
    readonly broken: Set<string>,
  ) {}

  /** Starts it, or skips the suite when a tool is missing. */
  static async start(
    context: Mocha.Context,
    region: string,
    options: Pick<DoubleOptions, "fresh"> = {},
  ): Promise<AlicloudWorld> {
    const toolchain = needs(context, withPlugin(findToolchain()));
    // This downloads the models the first time.
    const missing = missingModels();
    needs(context, missing === undefined ? { found: true, tool: undefined } : { found: false, reason: missing });
    const broken = new Set<string>();
    const isBroken = (release: string) =>
      [...broken].some((version) => release.startsWith(`${version.replaceAll(".", "-")}-`));
    const double = await AlicloudDouble.start({
      ...options,
      region,
      plane: {
        handler: ({ release }) =>
          isBroken(release) ? { status: 500, body: "the application is broken" } : { status: 200, body: release },
      },
    });
    const world = new AlicloudWorld(toolchain, region, double, broken);
    // Otherwise each release waits some seconds to attach its group: tests/engine/alicloud.test.ts does.
    world.double.world.returnsAttachmentActivity = false;
    world.double.world.attachesDuringActivities = true;
    world.closing.push(() => world.double.stop());
    await world.openGate();
    return world;
  }

  /**
   * The double's load balancers have no address on this machine, so the gate reaches them through a server of the test.
   */
  private async openGate(): Promise<void> {
    const server = createServer((request, response) => {
      const [, name = "", ...path] = (request.url ?? "").split("/");
      const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
      const { status, body } = this.double.plane.send(
        name,
        { method: "GET", path: `/${path.join("/")}`, headers },
        this.servingPort(name),
      );
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.gateUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
  }

  /** The port on which a load balancer serves: 443 with a certificate (80 then only redirects), else 80. */
  private servingPort(name: string): number {
    const { loadBalancers, listeners } = this.double.world.balancing;
    const balancer = loadBalancers.find((one) => one.name === name);
    return listeners.find(({ loadBalancerId, port }) => loadBalancerId === balancer?.id && port === 443)?.port ?? 80;
  }

  /** A stack of the program with any configuration. */
  async run(config: Record<string, unknown>, more: NodeJS.ProcessEnv = {}): Promise<StackRun> {
    const { SSL_CERT_FILE: authority, ...proxies } = this.double.environment;
    const env = {
      ...proxies,
      SSL_CERT_FILE: authority,
      NODE_EXTRA_CA_CERTS: authority,
      ALICLOUD_ACCESS_KEY: "double",
      ALICLOUD_SECRET_KEY: "double",
      // The same parallelism on every machine: a test may leave several operations without an answer.
      PULUMI_PARALLEL: "32",
      ...more,
    };
    const run = await StackRun.create({
      toolchain: this.toolchain,
      gatewayUrl: `http://${this.double.address}`,
      config,
      sources: this.sources,
      env,
    });
    this.closing.push(() => {
      run.remove();
    });
    return run;
  }

  /** A stack of the program with this service, before its first update. */
  async stack(
    service: ServiceArgs,
    env: NodeJS.ProcessEnv = {},
    config: Record<string, unknown> = {},
  ): Promise<ServiceStack> {
    const settings = {
      "alicloud:region": this.region,
      "alicloud:accountType": "Domestic",
      "immutable-service:cloud": "alicloud",
      ...config,
    };
    return new ServiceStack(await this.run(settings, env), settings, {
      ...service,
      gate: { answers: 2, within: 50, url: `${this.gateUrl}/${service.name}`, ...service.gate },
    });
  }

  /** The traffic split of a service: weights by release id. */
  split(name: string): Record<string, number> {
    const { rules, serverGroups } = this.double.world.balancing;
    const split = (protocol: string) => rules.find((rule) => rule.name === `${name}-traffic-split-${protocol}`);
    const actions = (split("https") ?? split("http"))?.actions ?? [];
    return Object.fromEntries(
      forwardsIn(actions).map(({ serverGroupId, weight }) => [
        serverGroups.get(serverGroupId)?.tags.get("release") ?? serverGroupId,
        weight,
      ]),
    );
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }
}

/** The toolchain if it has the plugin for Alibaba Cloud too. */
function withPlugin(toolchain: Found<Toolchain>): Found<Toolchain> {
  if (!toolchain.found) return toolchain;
  const { version } = JSON.parse(
    readFileSync(join(repository, "node_modules/@pulumi/alicloud/package.json"), "utf8"),
  ) as { version: string };
  const plugin = `resource-alicloud-v${version.replace(/^v/, "")}`;
  return existsSync(join(toolchain.tool.home, "plugins", plugin))
    ? toolchain
    : { found: false, reason: `no ${plugin} in ${toolchain.tool.home}` };
}
