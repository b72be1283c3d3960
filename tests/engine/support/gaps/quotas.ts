/** Quotas of vCPUs: the emulator runs any number of instances. AWS creates the group, and starts no instance beyond the quota. */
import type { AccountState } from "../account";
import type { AwsCall } from "../aws-call";
import { activityOf } from "./activities";
import { type Correction, eachMember, field, inside, type EmulatorAnswer } from "./correction";

/** What a group would have running, in the order in which the groups were created. */
interface Group {
  compute: "container" | "machine";
  vcpus: number;
  desired: number;
}

/** Of the calls that create a group, change it and list its instances. */
const calls: Readonly<Record<string, RegExp>> = {
  ecs: /^(RegisterTaskDefinition|CreateService|UpdateService|DeleteService|DescribeServices|ListTasks)$/,
  ec2: /^CreateLaunchTemplate$/,
  autoscaling:
    /^(CreateAutoScalingGroup|UpdateAutoScalingGroup|SetDesiredCapacity|DeleteAutoScalingGroup|DescribeAutoScalingGroups|DescribeScalingActivities)$/,
};

/**
 * Leaves out the instances beyond the account's quotas, and says why there are none, as AWS does: in a service's events
 * (https://github.com/wellcomecollection/platform/issues/3875; since 2022 the quota is one of vCPUs:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html), and in a group's activities
 * (https://github.com/kubernetes/kops/pull/15778).
 */
export class Quotas implements Correction {
  private readonly groups = new Map<string, Group>();
  /** vCPUs of a task definition or a launch template, by its ARN or id. */
  private readonly sizes = new Map<string, number>();

  constructor(private readonly account: AccountState) {}

  match({ service, action }: AwsCall): boolean {
    return calls[service]?.test(action) ?? false;
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    if (call.action === "DescribeScalingActivities") return this.activities(answer, call);
    if (answer.status >= 300) return answer;
    if (call.service !== "ecs") return this.ofMachines(answer, call);
    const parsed = JSON.parse(answer.body) as Answered;
    this.noteService(parsed, call);
    if (call.action === "ListTasks" && call.parameters.desiredStatus !== "STOPPED") {
      const room = this.room(keyOf(String(call.parameters.serviceName)));
      return { ...answer, body: JSON.stringify({ ...parsed, taskArns: parsed.taskArns?.slice(0, room) }) };
    }
    for (const service of parsed.services ?? []) {
      if (this.room(keyOf(service.serviceName ?? "")) >= (service.desiredCount ?? 0)) continue;
      const message = `(service ${service.serviceName ?? ""}) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.`;
      service.events = [{ id: "quota", createdAt: Date.now() / 1000, message }, ...(service.events ?? [])];
    }
    return { ...answer, body: JSON.stringify(parsed) };
  }

  private noteService({ service, services = [], taskDefinition }: Answered, { action }: AwsCall): void {
    if (taskDefinition) this.sizes.set(taskDefinition.taskDefinitionArn, Number(taskDefinition.cpu ?? 0) / 1024);
    for (const one of [...(service ? [service] : []), ...services]) {
      const key = keyOf(one.serviceName ?? "");
      if (action === "DeleteService") this.groups.delete(key);
      else if (one.status === "ACTIVE")
        this.groups.set(key, {
          compute: "container",
          vcpus: this.sizes.get(one.taskDefinition ?? "") ?? 0,
          desired: one.desiredCount ?? 0,
        });
    }
  }

  private ofMachines(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const name = field(call, "AutoScalingGroupName") ?? "";
    if (call.action === "CreateLaunchTemplate") {
      const id = /<launchTemplateId>([^<]*)/.exec(answer.body)?.[1] ?? "";
      this.sizes.set(id, vcpusOf(field(call, "LaunchTemplateData.InstanceType") ?? ""));
      return answer;
    }
    if (call.action === "DescribeAutoScalingGroups") {
      const body = eachMember(answer.body, "AutoScalingGroupName", (member, group) => this.started(member, group));
      return { ...answer, body };
    }
    if (call.action === "DeleteAutoScalingGroup") this.groups.delete(name);
    else {
      const known = this.groups.get(name);
      const template = field(call, "LaunchTemplate.LaunchTemplateId");
      const desired = field(call, "DesiredCapacity") ?? field(call, "MinSize");
      this.groups.set(name, {
        compute: "machine",
        vcpus: (template === undefined ? known?.vcpus : this.sizes.get(template)) ?? 0,
        desired: desired === undefined ? (known?.desired ?? 0) : Number(desired),
      });
    }
    return answer;
  }

  /** A group's description with as many instances as there is room for. */
  private started(member: string, group: string): string {
    let room = this.room(group);
    return member.replace(/<Instances>(.*?)<\/Instances>/s, (_, list: string) =>
      inside("Instances", ...list.split(/(?=<member>)/).filter(() => room-- > 0)),
    );
  }

  /** The emulator has no activities. */
  private activities(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const name = field(call, "AutoScalingGroupName") ?? "";
    if (this.room(name) >= (this.groups.get(name)?.desired ?? 0)) return answer;
    const { value } = this.account.quotas.machineVcpus;
    const reason = `You have requested more vCPU capacity than your current vCPU limit of ${value} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit. Launching EC2 instance failed.`;
    return activityOf(name, { status: "Failed", message: reason });
  }

  /** How many instances of a group fit beside those of the groups before it. */
  private room(key: string): number {
    const own = this.groups.get(key);
    if (own === undefined || own.vcpus === 0) return Infinity;
    const { containerVcpus, machineVcpus } = this.account.quotas;
    let left = (own.compute === "container" ? containerVcpus : machineVcpus).value;
    for (const [other, { compute, vcpus, desired }] of this.groups) {
      if (other === key) break;
      if (compute === own.compute) left -= Math.min(vcpus * desired, left);
    }
    return Math.floor(left / own.vcpus);
  }
}

interface Answered {
  taskArns?: string[];
  taskDefinition?: { taskDefinitionArn: string; cpu?: string };
  service?: Service;
  services?: Service[];
}

interface Service {
  serviceName?: string;
  taskDefinition?: string;
  desiredCount?: number;
  status?: string;
  events?: object[];
}

/** A service's name from its ARN too. */
function keyOf(service: string): string {
  return `service ${service.split("/").at(-1) ?? ""}`;
}

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html: a large has two, and an xlarge four. */
function vcpusOf(type: string): number {
  const [, count = "1"] = /\.(\d*)xlarge$/.exec(type) ?? [];
  if (type.endsWith("xlarge")) return 4 * Number(count === "" ? 1 : count);
  return type === "" ? 0 : 2;
}
