import * as alicloud from "@pulumi/alicloud";
import { type EnvironmentContext, tagsOf } from "./context";
import type { Network } from "./network";

/**
 * Registers a security group without rules. A group of this type lets everything out, and in only what a rule accepts;
 * `Drop` closes it among its own members too.
 */
export function securityGroup(
  context: EnvironmentContext,
  network: Network,
  securityGroupName: string,
  description: string,
): alicloud.ecs.SecurityGroup {
  const args = {
    securityGroupName,
    description,
    vpcId: network.vpcId,
    securityGroupType: "normal",
    innerAccessPolicy: "Drop",
    tags: tagsOf(context),
  };
  // Network interfaces of instances and load balancers outlive their owners by minutes.
  return new alicloud.ecs.SecurityGroup(securityGroupName, args, {
    parent: context.parent,
    customTimeouts: { delete: "20m" },
  });
}
