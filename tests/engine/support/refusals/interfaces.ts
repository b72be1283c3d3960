/** The network interfaces that AWS's services would have in a network; the emulator has none of them. */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeLaunchTemplateVersionsCommand,
  DescribeNatGatewaysCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import type { CloudReader } from "../cloud-reader";

/** One interface. */
export interface Interface {
  owner: string;
  subnet: string;
  vpc: string;
  securityGroups: string[];
  /** Whether it has a public address. */
  isPublic: boolean;
}

type Found = Omit<Interface, "subnet" | "vpc"> & { subnets: readonly string[] };

/** The interfaces of load balancers, NAT gateways, endpoints, mount targets, and of groups that run instances. */
export async function interfaces(cloud: CloudReader, attempts = 5): Promise<Interface[]> {
  try {
    return await readOnce(cloud);
  } catch (error) {
    // The engine deletes while this reads: what one answer lists may be gone at the next request.
    if (attempts <= 1) throw error;
    return interfaces(cloud, attempts - 1);
  }
}

async function readOnce(cloud: CloudReader): Promise<Interface[]> {
  const found = (
    await Promise.all([
      ofLoadBalancers(cloud),
      ofNatGateways(cloud),
      ofEndpoints(cloud),
      ofMountTargets(cloud),
      ofServices(cloud),
      ofMachineGroups(cloud),
    ])
  ).flat();
  const subnets = await cloud.subnets([...new Set(found.flatMap((one) => one.subnets))]);
  return found.flatMap(({ subnets: ids, ...rest }) =>
    ids.map((subnet) => ({
      ...rest,
      subnet,
      vpc: subnets.find(({ SubnetId }) => SubnetId === subnet)?.VpcId ?? "",
    })),
  );
}

async function ofLoadBalancers(cloud: CloudReader): Promise<Found[]> {
  return (await cloud.loadBalancers()).map((one) => ({
    owner: one.LoadBalancerArn ?? "",
    subnets: (one.AvailabilityZones ?? []).map(({ SubnetId = "" }) => SubnetId),
    securityGroups: one.SecurityGroups ?? [],
    isPublic: one.Scheme !== "internal",
  }));
}

async function ofNatGateways({ ec2 }: CloudReader): Promise<Found[]> {
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  return NatGateways.filter(({ State }) => State !== "deleted").map((one) => ({
    owner: one.NatGatewayId ?? "",
    subnets: [one.SubnetId ?? ""],
    securityGroups: [],
    isPublic: one.ConnectivityType !== "private",
  }));
}

async function ofEndpoints({ ec2 }: CloudReader): Promise<Found[]> {
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  return VpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "Interface").map((one) => ({
    owner: one.VpcEndpointId ?? "",
    subnets: one.SubnetIds ?? [],
    securityGroups: (one.Groups ?? []).map(({ GroupId = "" }) => GroupId),
    isPublic: false,
  }));
}

async function ofMountTargets(cloud: CloudReader): Promise<Found[]> {
  const read = async <Answer>(path: string) => (await cloud.get("elasticfilesystem", `/2015-02-01/${path}`)) as Answer;
  const { FileSystems } = await read<{ FileSystems: { FileSystemId: string }[] }>("file-systems");
  const targets = await Promise.all(
    FileSystems.map(({ FileSystemId }) =>
      read<{ MountTargets: { MountTargetId: string; SubnetId: string }[] }>(
        `mount-targets?FileSystemId=${FileSystemId}`,
      ),
    ),
  );
  return Promise.all(
    targets
      .flatMap(({ MountTargets }) => MountTargets)
      .map(async ({ MountTargetId, SubnetId }) => {
        const { SecurityGroups } = await read<{ SecurityGroups: string[] }>(
          `mount-targets/${MountTargetId}/security-groups`,
        );
        return { owner: MountTargetId, subnets: [SubnetId], securityGroups: SecurityGroups, isPublic: false };
      }),
  );
}

async function ofServices(cloud: CloudReader): Promise<Found[]> {
  return (await cloud.services())
    .filter(({ desiredCount = 0 }) => desiredCount > 0)
    .map(({ serviceArn = "", networkConfiguration: { awsvpcConfiguration: network } = {} }) => ({
      owner: serviceArn,
      subnets: network?.subnets ?? [],
      securityGroups: network?.securityGroups ?? [],
      isPublic: network?.assignPublicIp === "ENABLED",
    }));
}

async function ofMachineGroups({ scaling, ec2 }: CloudReader): Promise<Found[]> {
  const { AutoScalingGroups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
  return Promise.all(
    AutoScalingGroups.filter(({ DesiredCapacity = 0 }) => DesiredCapacity > 0).map(async (group) => ({
      owner: group.AutoScalingGroupName ?? "",
      subnets: (group.VPCZoneIdentifier ?? "").split(",").filter(Boolean),
      securityGroups: await securityGroupsOf(group.LaunchTemplate?.LaunchTemplateId, ec2),
      isPublic: false,
    })),
  );
}

/**
 * How many security groups an interface has at most, by default.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export const mostSecurityGroups = 5;

/** The security groups of a launch template; its default version's, because no template of this project has another. */
export async function securityGroupsOf(template: string | undefined, ec2: CloudReader["ec2"]): Promise<string[]> {
  if (template === undefined) return [];
  const { LaunchTemplateVersions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: template }),
  );
  return LaunchTemplateVersions.flatMap(({ LaunchTemplateData: data }) => [
    ...(data?.SecurityGroupIds ?? []),
    ...(data?.NetworkInterfaces ?? []).flatMap(({ Groups = [] }) => Groups),
  ]);
}
