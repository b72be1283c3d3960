/** Auto Scaling groups: capacities outside of the bounds, and parts of two networks. */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";
import type { Shares } from "../gaps/shares";
import { mayRead } from "../policies";
import { distrustOfTemplate, rolesOf } from "../trust";
import { mostSecurityGroups, securityGroupsOf } from "./interfaces";
import { refusal, type Refusal } from "./refusal";

/**
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html,
 * API_SetDesiredCapacity.html, …; see each.
 */
export function machineGroups(shares: Shares): Refusal {
  return refusal("autoscaling", {
    CreateAutoScalingGroup: async (call, cloud) =>
      capacityProblem(call, { min: 0, max: 0 }) ??
      (await targetGroupsProblem(call, cloud)) ??
      (await networkProblem(call, cloud)) ??
      (await roleProblem(call, cloud)) ??
      (await mountProblem(call, cloud, shares)) ??
      (await secretProblem(call, cloud)),
    UpdateAutoScalingGroup: async (call, cloud) => {
      const group = await groupIn(call, cloud);
      return group && capacityProblem(call, { min: group.MinSize ?? 0, max: group.MaxSize ?? 0 });
    },
    SetDesiredCapacity: async (call, cloud) => {
      const group = await groupIn(call, cloud);
      return group && capacityProblem(call, { min: group.MinSize ?? 0, max: group.MaxSize ?? 0 });
    },
    PutScheduledUpdateGroupAction: (call) => {
      const recurrence = field(call, "Recurrence") ?? "";
      const days = recurrence.split(" ").at(-1)?.replace(/\/\d+/g, "") ?? "";
      const problem = /7/.test(days) ? `Given recurrence string:${recurrence} is invalid` : scheduledProblem(call);
      return Promise.resolve(problem === undefined ? undefined : invalid(problem));
    },
    // API_DeleteAutoScalingGroup.html: the group needs to have no instances, unless the deletion is forced.
    DeleteAutoScalingGroup: async (call, cloud) =>
      field(call, "ForceDelete") !== "true" && ((await groupIn(call, cloud))?.DesiredCapacity ?? 0) > 0
        ? {
            code: "ResourceInUse",
            message:
              "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
          }
        : undefined,
  });
}

async function groupIn(call: AwsCall, { scaling }: CloudReader) {
  const { AutoScalingGroups: [group] = [] } = await scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [field(call, "AutoScalingGroupName") ?? ""] }),
  );
  return group;
}

function capacityProblem(call: AwsCall, now: { min: number; max: number }): Refused | undefined {
  const value = (name: string, otherwise: number) => Number(field(call, name) ?? otherwise);
  const [min, max] = [value("MinSize", now.min), value("MaxSize", now.max)];
  const desired = value("DesiredCapacity", Math.min(Math.max(min, 0), max));
  if (min > max) return invalid(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  return desired < min || desired > max
    ? invalid(`Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`)
    : undefined;
}

/**
 * The values that a scheduled action has, against each other: those that it leaves out stay the group's.
 * https://github.com/buildkite/terraform-buildkite-elastic-ci-stack-for-aws/pull/146 has the message.
 */
function scheduledProblem(call: AwsCall): string | undefined {
  const value = (name: string) => Number(field(call, name) ?? NaN);
  const [min, max, desired] = [value("MinSize"), value("MaxSize"), value("DesiredCapacity")];
  if (min > max) return `Max bound, ${max}, must be greater than or equal to min bound, ${min}`;
  if (desired < min) return "Desired capacity must be greater than or equal to min size";
  return desired > max ? "Desired capacity must be less than or equal to max size" : undefined;
}

/** https://github.com/hashicorp/terraform/issues/18674. */
async function targetGroupsProblem(call: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  for (const arn of numbered(call, (index) => `TargetGroupARNs.member.${index}`)) {
    const group = await cloud.targetGroup(arn);
    if (!group) return invalid(`Provided Target Groups may not be valid: ${arn} not found`);
    if (group.TargetType !== "instance")
      return invalid(
        `Provided Target Group '${arn}' has invalid target type. Please ensure all provided Target Groups have target type of instance.`,
      );
    const subnets = await cloud.subnets(subnetsIn(call));
    if (subnets.some(({ VpcId }) => VpcId !== group.VpcId))
      return invalid(`Provided Target Group '${arn}' is in a different VPC than the Auto Scaling group's subnets`);
  }
  return undefined;
}

/** https://github.com/mludvig/aws-ethereum-miner/issues/12. */
async function networkProblem(call: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  const vpcs = new Set((await cloud.subnets(subnetsIn(call))).map(({ VpcId }) => VpcId));
  const named = await securityGroupsOf(field(call, "LaunchTemplate.LaunchTemplateId"), cloud.ec2);
  const { SecurityGroups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({}));
  const unknown = named.find((id) => !SecurityGroups.some(({ GroupId }) => GroupId === id));
  if (unknown !== undefined)
    return invalid(`You must use a valid fully-formed launch template. The security group '${unknown}' does not exist`);
  if (named.length > mostSecurityGroups)
    return invalid(
      "You must use a valid fully-formed launch template. The maximum number of security groups per interface has been reached.",
    );
  const foreign = SecurityGroups.some(({ GroupId = "", VpcId }) => named.includes(GroupId) && !vpcs.has(VpcId));
  return foreign || vpcs.size > 1
    ? invalid(
        "One or more security groups in the launch template are not linked to the VPCs configured in the Auto Scaling group",
      )
    : undefined;
}

/**
 * AWS starts such instances, and they get no credentials (AssumeRoleUnauthorizedAccess):
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html. Refused here, because they could never
 * serve.
 */
async function roleProblem(call: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  const template = field(call, "LaunchTemplate.LaunchTemplateId");
  const [lacking] = template === undefined ? [] : await distrustOfTemplate(cloud, "", template);
  return lacking && invalid(`EC2 cannot assume the role '${lacking.role}' of the instance profile`);
}

/**
 * AWS starts such instances, and their first attempt to mount the file system fails: its name is not resolved yet. Refused here: an
 * app may never try again. https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
 */
async function mountProblem(call: AwsCall, cloud: CloudReader, shares: Shares): Promise<Refused | undefined> {
  const { userData } = await startOf(call, cloud);
  const early = userData.match(/\bfs-[0-9a-f]+(?=:\/)/g)?.find((fileSystem) => shares.isUnresolved(fileSystem));
  return early === undefined ? undefined : invalid(`the instances cannot resolve the name of ${early} yet`);
}

/** AWS starts such instances too, and what they ask for is denied. Refused here, because they could never serve. */
async function secretProblem(call: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  const { userData, profile } = await startOf(call, cloud);
  const [role] = profile === undefined ? [] : await rolesOf(cloud, profile);
  if (role === undefined) return undefined;
  const commands = /get-(?:secret-value|parameter) .*?--(?:secret-id|name) '([^']+)'/g;
  for (const [, reference = ""] of userData.matchAll(commands)) {
    const action = reference.includes(":ssm:") ? "ssm:GetParameter" : "secretsmanager:GetSecretValue";
    if (!(await mayRead(cloud, role, action, reference)))
      return invalid(`the role '${role}' is not authorized to perform: ${action} on resource: ${reference}`);
  }
  return undefined;
}

/**
 * What a group's instances start with: their user data, with the files in it decoded, and the name of their instance
 * profile.
 */
async function startOf(
  call: AwsCall,
  { ec2 }: CloudReader,
): Promise<{ userData: string; profile: string | undefined }> {
  const template = field(call, "LaunchTemplate.LaunchTemplateId");
  if (template === undefined) return { userData: "", profile: undefined };
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: template }),
  );
  const { UserData = "", IamInstanceProfile: named } = version?.LaunchTemplateData ?? {};
  const decoded = Buffer.from(UserData, "base64").toString();
  const files = [...decoded.matchAll(/"content":"([^"]*)"/g)].map(([, content = ""]) =>
    Buffer.from(content, "base64").toString(),
  );
  return { userData: [decoded, ...files].join("\n"), profile: named?.Name ?? named?.Arn?.split("/").at(-1) };
}

function subnetsIn(call: AwsCall): string[] {
  return (field(call, "VPCZoneIdentifier") ?? "").split(",").filter(Boolean);
}

function invalid(message: string): Refused {
  return { code: "ValidationError", message };
}
