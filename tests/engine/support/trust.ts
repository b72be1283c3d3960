/**
 * Whether the roles of tasks and instances trust the service that hands out their credentials. The emulator never asks.
 */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import type { CloudReader } from "./cloud-reader";
import { iam, matches } from "./policies";

/** A role that does not trust the service which has to assume it for this group. */
export interface Distrust {
  /** The name of the Auto Scaling group or the ARN of the ECS service. */
  group: string;
  role: string;
  /** The service, such as `ecs-tasks`. */
  service: string;
}

/** The roles of a task definition that ECS cannot assume. */
export async function distrustOfTask(cloud: CloudReader, group: string, taskDefinition: string): Promise<Distrust[]> {
  const { taskDefinition: task } = await cloud.containers.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const named = (arn: string | undefined) => (arn === undefined || arn === "" ? [] : [arn.split("/").at(-1) ?? ""]);
  // AWS documents these keys for a task's role, and not for the role that starts it.
  const [, partition = "", , region = "", account = ""] = task?.taskDefinitionArn?.split(":") ?? [];
  const keys = {
    "aws:SourceAccount": account,
    "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:task/c/0123456789abcdef`,
  };
  return [
    ...(await distrust(cloud, group, "ecs-tasks", named(task?.taskRoleArn), keys)),
    ...(await distrust(cloud, group, "ecs-tasks", named(task?.executionRoleArn))),
  ];
}

/** The roles of a launch template's instance profile that EC2 cannot assume. */
export async function distrustOfTemplate(cloud: CloudReader, group: string, template: string): Promise<Distrust[]> {
  const { LaunchTemplateVersions = [] } = await cloud.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: template }),
  );
  const profile = LaunchTemplateVersions[0]?.LaunchTemplateData?.IamInstanceProfile;
  const name = profile?.Name ?? profile?.Arn?.split("/").at(-1);
  if (name === undefined) return [];
  const roles = await rolesOf(cloud, name);
  return roles.length === 0
    ? [{ group, role: `none in instance profile ${name}`, service: "ec2" }]
    : distrust(cloud, group, "ec2", roles);
}

/** The names of the roles of an instance profile, of which AWS allows one. */
export async function rolesOf(cloud: CloudReader, profile: string): Promise<string[]> {
  const xml = await iam(cloud, "GetInstanceProfile", { InstanceProfileName: profile });
  return [...xml.matchAll(/<RoleName>([^<]*)/g)].map(([, role = ""]) => role);
}

/** The same of every group that has instances now: they get no fresh credentials. */
export async function distrustOfAll(cloud: CloudReader): Promise<Distrust[]> {
  const services = (await cloud.services()).filter(({ desiredCount = 0 }) => desiredCount > 0);
  const { AutoScalingGroups = [] } = await cloud.scaling.send(new DescribeAutoScalingGroupsCommand({}));
  const found = await Promise.all([
    ...services.map(({ serviceArn = "", taskDefinition = "" }) => distrustOfTask(cloud, serviceArn, taskDefinition)),
    ...AutoScalingGroups.filter(({ DesiredCapacity = 0 }) => DesiredCapacity > 0).map(
      ({ AutoScalingGroupName = "", LaunchTemplate }) =>
        distrustOfTemplate(cloud, AutoScalingGroupName, LaunchTemplate?.LaunchTemplateId ?? ""),
    ),
  ]);
  return found.flat();
}

/** The keys that a service sends with its request to assume a role, as far as it is documented. */
type Keys = Readonly<Record<string, string>>;

async function distrust(
  cloud: CloudReader,
  group: string,
  service: string,
  roles: string[],
  keys: Keys = {},
): Promise<Distrust[]> {
  const trusted = await Promise.all(roles.map(async (role) => trusts(await trustPolicy(cloud, role), service, keys)));
  return roles.filter((_, index) => !trusted[index]).map((role) => ({ group, role, service }));
}

async function trustPolicy(cloud: CloudReader, role: string): Promise<string> {
  const xml = await iam(cloud, "GetRole", { RoleName: role });
  return decodeURIComponent(/<AssumeRolePolicyDocument>([^<]*)/.exec(xml)?.[1] ?? "");
}

interface Statement {
  Effect?: string;
  Action?: string | string[];
  Principal?: { Service?: string | string[] };
  Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html: the trust policy names the service.
 */
function trusts(policy: string, service: string, keys: Keys): boolean {
  if (policy === "") return false;
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement | Statement[] };
  return [statements]
    .flat()
    .some(
      ({ Effect, Action = [], Principal, Condition = {} }) =>
        Effect === "Allow" &&
        isMet(Condition, keys) &&
        [Action].flat().includes("sts:AssumeRole") &&
        [Principal?.Service ?? []]
          .flat()
          .some((name) => /^([\w-]+)\.amazonaws\.com(\.cn)?$/.exec(name)?.[1] === service),
    );
}

/** Whether the request meets a condition. A key that it does not have, and an operator that is not known here, does not. */
function isMet(condition: NonNullable<Statement["Condition"]>, keys: Keys): boolean {
  const compare: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
    StringEquals: (value, wanted) => value === wanted,
    StringLike: matches,
    ArnEquals: matches,
    ArnLike: matches,
  };
  return Object.entries(condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) => {
      const value = keys[key];
      return value !== undefined && [wanted].flat().some((one) => compare[operator]?.(value, one) === true);
    }),
  );
}
