/** Parts of a network that something still uses cannot be deleted. */
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { field } from "../gaps/correction";
import { interfaces } from "./interfaces";
import type { Refused } from "../aws-call";
import { refusal, type Refusal } from "./refusal";

/**
 * DependencyViolation: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html,
 * API_DeleteSecurityGroup.html, API_DeleteVpc.html. The provider retries these deletions for many minutes, so a wrong
 * order of deletion shows as a slow update.
 */
export function dependencies(): Refusal {
  return refusal("ec2", {
    DeleteSubnet: async (call, cloud) => {
      const id = field(call, "SubnetId") ?? "";
      return (await interfaces(cloud)).some(({ subnet }) => subnet === id)
        ? violation(`The subnet '${id}' has dependencies and cannot be deleted.`)
        : undefined;
    },
    DeleteSecurityGroup: async (call, cloud) => {
      const id = field(call, "GroupId") ?? "";
      const { SecurityGroups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({}));
      const isNamed = SecurityGroups.filter(({ GroupId }) => GroupId !== id)
        .flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) => [...IpPermissions, ...IpPermissionsEgress])
        .some(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.some(({ GroupId }) => GroupId === id));
      return isNamed || (await interfaces(cloud)).some(({ securityGroups }) => securityGroups.includes(id))
        ? violation(`resource ${id} has a dependent object`)
        : undefined;
    },
    DeleteVpc: async (call, { ec2 }) => {
      const id = field(call, "VpcId") ?? "";
      const [{ RouteTables = [] }, { VpcEndpoints = [] }] = await Promise.all([
        ec2.send(new DescribeRouteTablesCommand({})),
        ec2.send(new DescribeVpcEndpointsCommand({})),
      ]);
      const custom = RouteTables.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main));
      return [...custom, ...VpcEndpoints].some(({ VpcId }) => VpcId === id)
        ? violation(`The vpc '${id}' has dependencies and cannot be deleted.`)
        : undefined;
    },
  });
}

function violation(message: string): Refused {
  return { code: "DependencyViolation", message };
}
