/** The instances of the double's scaling groups, as containers that run on this machine. */
import { randomBytes } from "node:crypto";
import { asText, type AlicloudDouble } from "../../../packages/alicloud-double/src";
import { pause } from "../support/processes";
import { docker } from "./process";
import { ENVIRONMENT_FILE, parseEnvironmentFile, writtenFiles } from "./user-data";

/** What an instance runs. */
interface Template {
  readonly image: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface Running {
  container: string | undefined;
  address: string | undefined;
  /** Its operations, run one after the other. */
  work: Promise<void>;
}

const label = "immutable-service.test.alicloud-instances";
/** Milliseconds for which an instance runs once its target is gone: the open requests end. */
const drain = 1000;

/** Runs a container for each instance, and lets the load balancer's health checks find what the container answers. */
export class AlicloudInstances {
  private readonly name = randomBytes(4).toString("hex");
  private readonly running = new Map<string, Running>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** A log with time stamps. */
  readonly events: string[] = [];

  private constructor(
    private readonly double: AlicloudDouble,
    private readonly imageOf: (image: string) => string | undefined,
  ) {
    this.timers.push(
      setInterval(() => {
        this.follow();
      }, 20),
      setInterval(() => void this.check(), 500),
    );
  }

  /**
   * Follows a double's scaling groups from now on.
   *
   * @param imageOf the container image to run for a release's image
   */
  static start(double: AlicloudDouble, imageOf: (image: string) => string | undefined): AlicloudInstances {
    return new AlicloudInstances(double, imageOf);
  }

  /** An instance's address; undefined while it has none. */
  addressOf(instance: string): string | undefined {
    return this.running.get(instance)?.address;
  }

  private note(text: string): void {
    this.events.push(`${new Date().toISOString()} ${text}`);
  }

  private follow(): void {
    const { instances } = this.double.world.scaling;
    for (const instance of instances.all())
      if (!this.running.has(instance.id)) {
        instance.serves = false;
        const one: Running = { container: undefined, address: undefined, work: Promise.resolve() };
        this.running.set(instance.id, one);
        one.work = this.boot(instance.id, one).catch((error: unknown) => {
          this.note(`${instance.id} could not be started: ${String(error)}`);
        });
      }
    for (const [id, one] of this.running)
      if (instances.get(id) === undefined) {
        this.running.delete(id);
        one.work = one.work.then(() => this.stop(id, one));
        this.leaving.add(one.work);
      }
  }

  private readonly leaving = new Set<Promise<void>>();

  private async boot(id: string, one: Running): Promise<void> {
    const { image, variables } = this.templateOf(id);
    const local = this.imageOf(image);
    if (local === undefined) throw new Error(`no container image is set for ${image}`);
    const env = Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const identity = ["--label", `${label}=${this.name}`, "--hostname", id.slice(0, 60)];
    one.container = await docker("run", "--detach", ...identity, ...env, local);
    one.address = await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", one.container);
    this.note(`${id} runs at ${one.address}`);
  }

  private templateOf(id: string): Template {
    const { scaling, network } = this.double.world;
    const { configurationId, launchTemplateVersion, groupId } = scaling.instances.get(id) ?? {};
    const configuration = scaling.configurations.get(configurationId);
    if (configuration !== undefined && id.startsWith("eci")) {
      const [container = {}] = listOf(configuration.settings["Container"]);
      const variables = listOf(container["EnvironmentVar"]).map(
        ({ Key, Value }) => [asText(Key), asText(Value)] as const,
      );
      return { image: asText(container["Image"]), variables: Object.fromEntries(variables) };
    }
    const template = network.launchTemplates.get(scaling.scalingGroups.get(groupId)?.launchTemplateId);
    const { data = {} } = template?.versions.find(({ number }) => String(number) === launchTemplateVersion) ?? {};
    const file = writtenFiles(asText(data["UserData"])).find(({ path }) => path === ENVIRONMENT_FILE);
    return { image: asText(data["ImageId"]), variables: parseEnvironmentFile(file?.content ?? "") };
  }

  /** Asks each instance on the health path of its server group. */
  private async check(): Promise<void> {
    const { scaling, balancing } = this.double.world;
    await Promise.all(
      scaling.instances.all().map(async (instance) => {
        const address = this.addressOf(instance.id);
        const [attachment] = scaling.scalingGroups.get(instance.groupId)?.attachments ?? [];
        const path = asText(
          balancing.serverGroups.get(attachment?.serverGroupId)?.healthCheck["HealthCheckPath"] ?? "/",
        );
        const response =
          address === undefined ? undefined : await fetch(`http://${address}:8080${path}`).catch(() => undefined);
        await response?.arrayBuffer();
        const serves = response?.status === 200;
        if (serves === instance.serves) return;
        this.note(`${instance.id} ${serves ? "serves" : "does not serve"}`);
        Object.assign(instance, { serves, servesFrom: Date.now() });
      }),
    );
  }

  private async stop(id: string, { container }: Running): Promise<void> {
    await pause(drain);
    if (container === undefined) return;
    await docker("stop", "--time", "10", container).catch(() => "");
    await docker("rm", "--force", "--volumes", container).catch(() => "");
    this.note(`${id} has ended`);
  }

  /** Stops following, and removes every container. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([...this.leaving, ...[...this.running.values()].map(({ work }) => work)]);
    const left = await docker("ps", "--all", "--quiet", "--filter", `label=${label}=${this.name}`).catch(() => "");
    if (left) await docker("rm", "--force", "--volumes", ...left.split("\n")).catch(() => "");
  }
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
}
