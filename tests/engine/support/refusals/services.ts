/** ECS services and clusters. */
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { distrustOfTask } from "../trust";
import { mostSecurityGroups } from "./interfaces";
import { refusal, type Refusal } from "./refusal";

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html and API_DeleteCluster.html; see
 * each.
 */
export function services(): Refusal {
  return refusal("ecs", {
    CreateService: (call, cloud) => serviceProblem(call, cloud),
    UpdateService: (call, cloud) => serviceProblem(call, cloud),
    // API_DeleteCluster.html: ClusterContainsServicesException.
    DeleteCluster: async ({ parameters }, cloud) => {
      const name = String(parameters.cluster).split("/").at(-1);
      return (await cloud.services()).some(({ clusterArn }) => clusterArn?.split("/").at(-1) === name)
        ? {
            code: "ClusterContainsServicesException",
            message: "The Cluster cannot be deleted while Services are active.",
          }
        : undefined;
    },
  });
}

interface Request {
  taskDefinition?: string;
  desiredCount?: number;
  loadBalancers?: { targetGroupArn?: string }[];
  networkConfiguration?: { awsvpcConfiguration?: { subnets?: string[]; securityGroups?: string[] } };
}

async function serviceProblem({ parameters }: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  const { loadBalancers = [], networkConfiguration, taskDefinition, desiredCount = 1 } = parameters as Request;
  const { subnets: ids = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  const subnets = await cloud.subnets(ids);
  const missing = ids.find((id) => !subnets.some(({ SubnetId }) => SubnetId === id));
  if (missing !== undefined)
    return invalid(`Error retrieving subnet information for [${missing}]: The subnet ID '${missing}' does not exist`);
  const vpcs = new Set(subnets.map(({ VpcId }) => VpcId));
  const { SecurityGroups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({}));
  const unknown = securityGroups.find((id) => !SecurityGroups.some(({ GroupId }) => GroupId === id));
  if (unknown !== undefined)
    return invalid(
      `Error retrieving security group information for [${unknown}]: The security group '${unknown}' does not exist`,
    );
  if (securityGroups.length > mostSecurityGroups)
    return invalid(`securityGroups can have at most ${mostSecurityGroups} items.`);
  const foreign = SecurityGroups.some(
    ({ GroupId = "", VpcId }) => securityGroups.includes(GroupId) && !vpcs.has(VpcId),
  );
  if (vpcs.size > 1 || foreign) return invalid("subnets and security groups must be in the same VPC");
  for (const { targetGroupArn: arn = "" } of loadBalancers) {
    const group = await cloud.targetGroup(arn);
    if (!group) return invalid(`Unable to find target group with targetGroupArn ${arn}`);
    // https://github.com/cloudposse/terraform-aws-ecs-web-app/issues/226
    if (group.LoadBalancerArns?.length === 0)
      return invalid(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
    // https://github.com/hashicorp/terraform-provider-aws/issues/11723
    if (ids.length > 0 && group.TargetType !== "ip")
      return invalid(
        `The provided target group ${arn} has target type ${group.TargetType ?? ""}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    // AWS creates such a service, and then never registers a task:
    // https://github.com/aws/containers-roadmap/issues/1107
    if (vpcs.size > 0 && !vpcs.has(group.VpcId))
      return invalid(`the tasks' addresses are not within the VPC of the target group ${arn}`);
  }
  // AWS creates such a service, and then starts no task:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
  const [lacking] = taskDefinition && desiredCount > 0 ? await distrustOfTask(cloud, "", taskDefinition) : [];
  return (
    lacking && {
      code: "ClientException",
      message: `ECS was unable to assume the role '${lacking.role}' that was provided for this task.`,
    }
  );
}

function invalid(message: string): Refused {
  return { code: "InvalidParameterException", message };
}
