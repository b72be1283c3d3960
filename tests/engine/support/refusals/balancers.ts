/** Load balancers: their subnets and security groups. */
import { DescribeInternetGatewaysCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";
import { refusal, type Refusal } from "./refusal";

/**
 * Errors of https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html,
 * API_SetSubnets.html, API_SetSecurityGroups.html and API_DeleteLoadBalancer.html.
 */
export function balancers(): Refusal {
  return refusal("elasticloadbalancing", {
    CreateLoadBalancer: async (call, cloud) => {
      const subnets = subnetsIn(call);
      const vpc = (await cloud.subnets(subnets))[0]?.VpcId;
      return (
        (await subnetsProblem(subnets, vpc, cloud)) ??
        (await securityGroupsProblem(securityGroupsIn(call), vpc, cloud)) ??
        (field(call, "Scheme") === "internal" ? undefined : await internetProblem(vpc, cloud))
      );
    },
    SetSubnets: async (call, cloud) => subnetsProblem(subnetsIn(call), await vpcOf(call, cloud), cloud),
    SetSecurityGroups: async (call, cloud) =>
      securityGroupsProblem(securityGroupsIn(call), await vpcOf(call, cloud), cloud),
  });
}

function subnetsIn(call: AwsCall): string[] {
  const mapped = numbered(call, (index) => `SubnetMappings.member.${index}.SubnetId`);
  return mapped.length > 0 ? mapped : numbered(call, (index) => `Subnets.member.${index}`);
}

function securityGroupsIn(call: AwsCall): string[] {
  return numbered(call, (index) => `SecurityGroups.member.${index}`);
}

async function vpcOf(call: AwsCall, cloud: CloudReader): Promise<string | undefined> {
  const arn = field(call, "LoadBalancerArn");
  return (await cloud.loadBalancers()).find(({ LoadBalancerArn }) => LoadBalancerArn === arn)?.VpcId;
}

/**
 * At least two zones and one subnet in each, of one VPC that never changes:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html; the messages from
 * https://github.com/robertdebock/terraform-aws-vault/issues/5 and https://github.com/floci-io/floci/pull/1244.
 */
async function subnetsProblem(
  ids: readonly string[],
  vpc: string | undefined,
  cloud: CloudReader,
): Promise<Refused | undefined> {
  const subnets = await cloud.subnets(ids);
  const missing = ids.find((id) => !subnets.some(({ SubnetId }) => SubnetId === id));
  if (missing !== undefined) return { code: "SubnetNotFound", message: `The subnet ID '${missing}' does not exist` };
  const foreign = subnets.find(({ VpcId }) => VpcId !== vpc);
  if (foreign)
    return invalid(`Subnet '${foreign.SubnetId ?? ""}' does not belong to VPC '${vpc ?? ""}' of the load balancer`);
  const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone));
  if (zones.size < subnets.length)
    return invalid("A load balancer cannot be attached to multiple subnets in the same Availability Zone");
  return zones.size >= 2
    ? undefined
    : {
        code: "ValidationError",
        message: "At least two subnets in two different Availability Zones must be specified",
      };
}

/** https://github.com/kubernetes/cloud-provider-aws/issues/78 has the message. */
async function securityGroupsProblem(
  ids: readonly string[],
  vpc: string | undefined,
  cloud: CloudReader,
): Promise<Refused | undefined> {
  if (ids.length === 0) return undefined;
  const { SecurityGroups: groups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({}));
  for (const id of ids) {
    const group = groups.find(({ GroupId }) => GroupId === id);
    if (!group) return { code: "InvalidSecurityGroup", message: `The security group '${id}' does not exist` };
    if (group.VpcId !== vpc) return invalid(`Security group "${id}" does not belong to VPC "${vpc ?? ""}"`);
  }
  return undefined;
}

/** https://github.com/openshift/installer/issues/1110. */
async function internetProblem(vpc: string | undefined, cloud: CloudReader): Promise<Refused | undefined> {
  const { InternetGateways: gateways = [] } = await cloud.ec2.send(new DescribeInternetGatewaysCommand({}));
  return gateways.some(({ Attachments = [] }) => Attachments.some(({ VpcId }) => VpcId === vpc))
    ? undefined
    : { code: "InvalidSubnet", message: `VPC ${vpc ?? ""} has no internet gateway` };
}

function invalid(message: string): Refused {
  return { code: "InvalidConfigurationRequest", message };
}
