import { randomBytes } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "../support/client-settings";
import type { SimulatedInstance } from "../support/gaps/groups";
import { pause } from "../support/processes";
import { docker, end } from "./process";
import { ENVIRONMENT_FILE, parseEnvironmentFile, writtenFiles } from "./user-data";
import { loadBalancingClient } from "./view";

/** Options of the simulator. */
export interface VmSimulatorOptions {
  /** The gateway's address; the emulator itself loses a group's target groups. */
  endpoint: string;
  /** The container image to run for a machine image. */
  imageOf: (machineImageId: string) => string | undefined;
  pollMs?: number;
  /** How long a deregistered instance runs before it is stopped: a short deregistration delay. @default 1000 */
  drainMs?: number;
}

interface Machine extends SimulatedInstance {
  group: string;
  targetGroups: readonly string[];
  container: string | undefined;
  address: string | undefined;
  /** Its operations, run one after the other. */
  work: Promise<void>;
}

const LABEL = "immutable-service.test.vm-simulator";

/** Simulates the instances of the emulator's Auto Scaling groups: runs as many containers as each group wants. */
export class VmSimulator {
  private readonly machines = new Map<string, Machine>();
  private readonly scaling: AutoScalingClient;
  private readonly compute: EC2Client;
  private readonly balancing: ElasticLoadBalancingV2Client;
  private readonly name = randomBytes(4).toString("hex");
  private readonly watch: ChildProcess;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** A log with time stamps. */
  readonly events: string[] = [];

  private constructor(private readonly options: VmSimulatorOptions) {
    this.scaling = new AutoScalingClient(clientSettings(options.endpoint));
    this.compute = new EC2Client(clientSettings(options.endpoint));
    this.balancing = loadBalancingClient(options.endpoint);
    // One stream of Docker's events, because polling each container costs more than the test.
    this.watch = spawn(
      "docker",
      ["events", "--filter", `label=${LABEL}=${this.name}`, "--filter", "event=die", "--format", "{{.ID}}"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    if (this.watch.stdout)
      createInterface({ input: this.watch.stdout }).on("line", (id) => {
        this.died(id.trim());
      });
  }

  /** Polls the emulator's groups from now on. */
  static start(options: VmSimulatorOptions): VmSimulator {
    const simulator = new VmSimulator(options);
    void simulator.poll();
    return simulator;
  }

  /** The instances of a group, for the gateway's `sources`. */
  instances(group: string): SimulatedInstance[] {
    return [...this.machines.values()].filter((machine) => machine.group === group);
  }

  /** An instance's address, for `DataPlane`. */
  addressOf(instanceId: string): string | undefined {
    return this.machines.get(instanceId)?.address;
  }

  private note(text: string): void {
    this.events.push(`${new Date().toISOString()} ${text}`);
  }

  private async poll(): Promise<void> {
    try {
      const { AutoScalingGroups: groups = [] } = await this.scaling.send(new DescribeAutoScalingGroupsCommand({}));
      if (this.closed) return;
      for (const group of groups) this.reconcile(group);
      const names = new Set(groups.map((group) => group.AutoScalingGroupName));
      for (const machine of this.machines.values()) if (!names.has(machine.group)) this.retire(machine);
    } catch (error) {
      this.note(`reading the groups: ${String(error)}`);
    }
    if (!this.closed) this.timer = setTimeout(() => void this.poll(), this.options.pollMs ?? 250);
  }

  private reconcile(group: AutoScalingGroup): void {
    const name = group.AutoScalingGroupName ?? "";
    const living = [...this.machines.values()].filter(
      (machine) => machine.group === name && machine.lifecycle !== "Terminating",
    );
    const wanted = group.DesiredCapacity ?? 0;
    // The oldest are terminated first, as with AWS's default policy when all run the same template.
    for (const machine of living.slice(0, Math.max(0, living.length - wanted))) this.retire(machine);
    for (let count = living.length; count < wanted; count += 1) {
      const zones = group.AvailabilityZones ?? [];
      const machine: Machine = {
        id: `i-${randomBytes(9).toString("hex").slice(0, 17)}`,
        zone: zones[count % zones.length] ?? "us-east-1a",
        lifecycle: "Pending",
        healthy: true,
        group: name,
        targetGroups: group.TargetGroupARNs ?? [],
        container: undefined,
        address: undefined,
        work: Promise.resolve(),
      };
      this.machines.set(machine.id, machine);
      machine.work = this.boot(machine, group).catch(async (error: unknown) => {
        this.note(`${name}: ${machine.id} could not be started: ${String(error)}`);
        // As in a real group, the next attempt is not immediate.
        await pause(1_000);
        this.machines.delete(machine.id);
      });
    }
  }

  private async boot(machine: Machine, group: AutoScalingGroup): Promise<void> {
    const chosen = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
    const { LaunchTemplateVersions: versions = [] } = await this.compute.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: chosen?.LaunchTemplateId,
        Versions: [chosen?.Version ?? "$Default"],
      }),
    );
    const template = versions[0]?.LaunchTemplateData;
    const image = this.options.imageOf(template?.ImageId ?? "");
    if (!image) throw new Error(`no container image is set for ${template?.ImageId ?? "a template without an image"}`);
    const file = writtenFiles(template?.UserData ?? "").find((one) => one.path === ENVIRONMENT_FILE);
    if (!file) throw new Error(`the user data writes no ${ENVIRONMENT_FILE}`);
    const variables = Object.entries(parseEnvironmentFile(file.content)).flatMap(([key, value]) => [
      "--env",
      `${key}=${value}`,
    ]);
    machine.container = await docker(
      "run",
      "--detach",
      "--label",
      `${LABEL}=${this.name}`,
      "--hostname",
      machine.id,
      ...variables,
      image,
    );
    const [address, running] = (
      await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}} {{.State.Running}}", machine.container)
    ).split(" ");
    // It may have exited before its id was stored, so that Docker's event was ignored.
    if (running !== "true") {
      this.died(machine.container);
      return;
    }
    // It was terminated or exited while it started.
    if (machine.lifecycle !== "Pending") return;
    machine.address = address;
    machine.lifecycle = "InService";
    this.note(`${machine.group}: ${machine.id} runs at ${address}`);
    for (const arn of machine.targetGroups) {
      await this.balancing.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: machine.id }] }));
    }
  }

  private died(container: string): void {
    const machine = [...this.machines.values()].find((one) => one.container === container);
    if (!machine || machine.lifecycle === "Terminating") return;
    machine.healthy = false;
    this.note(`${machine.group}: ${machine.id} died`);
    this.retire(machine, 0);
  }

  private retire(machine: Machine, drainMs = this.options.drainMs ?? 1_000): void {
    if (machine.lifecycle === "Terminating") return;
    machine.lifecycle = "Terminating";
    machine.work = machine.work.then(async () => {
      for (const arn of machine.targetGroups) {
        // The target group may already be deleted.
        await this.balancing
          .send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: machine.id }] }))
          .catch(() => undefined);
      }
      await pause(drainMs);
      if (machine.container) {
        await docker("stop", "--time", "10", machine.container).catch(() => "");
        await docker("rm", "--force", "--volumes", machine.container).catch(() => "");
      }
      // An instance that fails at its start is replaced, but not at once.
      if (!machine.healthy) await pause(1_000);
      this.machines.delete(machine.id);
      this.note(`${machine.group}: ${machine.id} is terminated`);
    });
  }

  /** Stops polling, and removes every machine at once. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await Promise.all([...this.machines.values()].map((machine) => machine.work));
    const left = await docker("ps", "--all", "--quiet", "--filter", `label=${LABEL}=${this.name}`).catch(() => "");
    if (left) await docker("rm", "--force", "--volumes", ...left.split("\n")).catch(() => "");
    this.machines.clear();
    await end(this.watch);
    for (const client of [this.scaling, this.compute, this.balancing]) client.destroy();
  }
}
