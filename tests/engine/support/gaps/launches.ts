/**
 * Launches of Auto Scaling groups: the emulator starts any type of instance in any zone, with any key for its volumes.
 */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand, type ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { AccountState } from "../account";
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { activityOf, type FailedLaunch } from "./activities";
import { type Correction, eachMember, element, type EmulatorAnswer, field } from "./correction";

/**
 * AWS creates such a group. An instance of a type that a zone does not offer is never started there; Auto Scaling tries
 * the group's other zones: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html. One
 * whose volume's key Auto Scaling's role may not use ends while it starts:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html.
 */
export class Launches implements Correction {
  constructor(private readonly account: AccountState) {}

  match({ service, action }: AwsCall): boolean {
    return (
      service === "autoscaling" &&
      /^Describe(AutoScalingGroups|ScalingActivities)$/.test(action) &&
      (this.account.missingTypes.size > 0 || !this.account.diskKeyAdmitsAutoScaling)
    );
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (call.action === "DescribeScalingActivities") {
      const name = field(call, "AutoScalingGroupName") ?? "";
      const { AutoScalingGroups: [group] = [] } = await cloud.scaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
      );
      const template = await templateOf(cloud, group?.LaunchTemplate?.LaunchTemplateId);
      const failed = group?.DesiredCapacity === 0 ? undefined : this.failure(template, group?.AvailabilityZones ?? []);
      return failed === undefined ? answer : activityOf(name, failed);
    }
    const ids = [...new Set([...answer.body.matchAll(/<LaunchTemplateId>([^<]*)/g)].map(([, id = ""]) => id))];
    const templates = new Map(await Promise.all(ids.map(async (id) => [id, await templateOf(cloud, id)] as const)));
    const body = eachMember(answer.body, "AutoScalingGroupName", (member) => {
      const id = /<LaunchTemplateId>([^<]*)/.exec(member)?.[1] ?? "";
      return this.started(member, templates.get(id) ?? {});
    });
    return { ...answer, body };
  }

  /** A group's description with the instances that start, in zones in which they do. */
  private started(member: string, template: ResponseLaunchTemplateData): string {
    const list = /<AvailabilityZones>.*?<\/AvailabilityZones>/s.exec(member)?.[0] ?? "";
    const zones = [...list.matchAll(/<member>([^<]*)/g)].map(([, zone = ""]) => zone);
    const offered = zones.filter((zone) => this.offers(template, zone));
    if (offered.length === 0 || this.hasUnusableKey(template))
      return member.replace(/<Instances>.*<\/Instances>/s, "<Instances></Instances>");
    let moved = 0;
    return member.replace(/<AvailabilityZone>([^<]*)<\/AvailabilityZone>/g, (own, zone: string) =>
      offered.includes(zone) ? own : element("AvailabilityZone", offered[moved++ % offered.length]),
    );
  }

  /**
   * Messages: https://github.com/hashicorp/terraform-provider-aws/issues/26377 (the type) and
   * https://github.com/gruntwork-io/terratest/pull/693 (the key).
   */
  private failure(template: ResponseLaunchTemplateData, zones: readonly string[]): FailedLaunch | undefined {
    const missing = zones.find((zone) => !this.offers(template, zone));
    if (missing !== undefined)
      return {
        status: "Failed",
        message: `Your requested instance type (${template.InstanceType ?? ""}) is not supported in your requested Availability Zone (${missing}). Please retry your request by not specifying an Availability Zone or choosing another one. Launching EC2 instance failed.`,
      };
    if (!this.hasUnusableKey(template)) return undefined;
    return {
      status: "Cancelled",
      message:
        "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch",
      instance: "i-0123456789abcdef0",
    };
  }

  private offers({ InstanceType }: ResponseLaunchTemplateData, zone: string): boolean {
    return !(this.account.missingTypes.get(zone)?.has(InstanceType ?? "") ?? false);
  }

  /** The emulator forgets a volume's own key, so every encrypted one has the account's. */
  private hasUnusableKey({ BlockDeviceMappings = [] }: ResponseLaunchTemplateData): boolean {
    return !this.account.diskKeyAdmitsAutoScaling && BlockDeviceMappings.some(({ Ebs }) => Ebs?.Encrypted);
  }
}

async function templateOf({ ec2 }: CloudReader, id: string | undefined): Promise<ResponseLaunchTemplateData> {
  if (id === undefined) return {};
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id }),
  );
  return version?.LaunchTemplateData ?? {};
}
