import * as aws from "@pulumi/aws";
import type { EnvironmentContext } from "../context";
import type { Network } from "./network";
import { tagsOf } from "./tags";

/** Registers a security group without rules. */
export function securityGroup(
  context: EnvironmentContext,
  network: Network,
  resource: string,
  description: string,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    resource,
    { vpcId: network.vpcId, description, revokeRulesOnDelete: true, tags: tagsOf(context, resource) },
    { parent: context.parent },
  );
}
