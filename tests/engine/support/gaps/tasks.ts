/**
 * ECS tasks: the emulator puts all into their service's first subnet, and those without a container have no address.
 */
import type { Subnet } from "@aws-sdk/client-ec2";
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { rangeOf } from "../refusals/ranges";
import type { Correction, EmulatorAnswer } from "./correction";

interface Task {
  taskArn: string;
  group?: string;
  clusterArn?: string;
  lastStatus?: string;
  containers?: { runtimeId?: string }[];
  attachments?: { type: string; status: string; details: { name: string; value: string }[] }[];
}

/** Spreads a service's tasks over its subnets, and gives each an address in its own. */
export class Tasks implements Correction {
  /** Each task's subnet and address, by its ARN. */
  private readonly known = new Map<string, { service: string; subnet: Subnet; address: string }>();

  match(call: AwsCall): boolean {
    return call.service === "ecs" && call.action === "DescribeTasks";
  }

  async change(answer: EmulatorAnswer, _call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status >= 300) return answer;
    const parsed = JSON.parse(answer.body) as { tasks?: Task[] };
    const services = await cloud.services();
    for (const task of parsed.tasks ?? []) {
      const service = services.find(
        ({ serviceName, clusterArn }) =>
          task.group === `service:${serviceName ?? ""}` && task.clusterArn === clusterArn,
      );
      const subnets = await cloud.subnets(service?.networkConfiguration?.awsvpcConfiguration?.subnets ?? []);
      if (subnets.length > 0) this.place(task, service?.serviceArn ?? "", subnets);
    }
    return { ...answer, body: JSON.stringify(parsed) };
  }

  private place(task: Task, service: string, subnets: readonly Subnet[]): void {
    const own = addressIn(task);
    // A task of an emulator without containers has a made-up runtime id with a dash.
    const isSimulated = task.containers?.some(({ runtimeId = "" }) => runtimeId.includes("-")) ?? false;
    if (own === undefined && !isSimulated) return;
    const placed = this.known.get(task.taskArn) ?? this.choose(service, subnets, own);
    this.known.set(task.taskArn, placed);
    const details = [
      { name: "subnetId", value: placed.subnet.SubnetId ?? "" },
      { name: "privateIPv4Address", value: placed.address },
    ];
    task.attachments = [{ type: "ElasticNetworkInterface", status: "ATTACHED", details }];
  }

  private choose(service: string, subnets: readonly Subnet[], own: string | undefined) {
    const uses = (subnet: Subnet) =>
      [...this.known.values()].filter((one) => one.service === service && one.subnet.SubnetId === subnet.SubnetId)
        .length;
    const [subnet = {}] = [...subnets].sort((one, other) => uses(one) - uses(other));
    return { service, subnet, address: own ?? addressOf(subnet, 10 + this.known.size) };
  }
}

function addressIn({ attachments = [] }: Task): string | undefined {
  return attachments.flatMap(({ details }) => details).find(({ name }) => name === "privateIPv4Address")?.value;
}

function addressOf({ CidrBlock = "" }: Subnet, offset: number): string {
  const { first = 0, last = 0 } = rangeOf(CidrBlock) ?? {};
  const value = first + (offset % (last - first));
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
