import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentContext } from "../context";
import { tagsOf } from "./tags";

/**
 * Registers a security group without rules. `revokeRulesOnDelete` is left out: with it, the provider fails to delete a group that is
 * gone, as an update leaves it that is interrupted while it deletes.
 */
export function securityGroup(
  context: EnvironmentContext,
  network: { readonly vpcId: pulumi.Input<string> },
  resource: string,
  description: string,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    resource,
    { vpcId: network.vpcId, description, tags: tagsOf(context, resource) },
    { parent: context.parent },
  );
}

/**
 * Takes its rules from the group that AWS creates with each VPC, which admits all of its members and lets everything out:
 * nothing is in it, and nothing that is put into it by mistake is open. It has no tags: it belongs to its VPC, and goes with it.
 */
export function emptyDefaultGroup(resource: string, vpcId: pulumi.Output<string>, parent: pulumi.Resource): void {
  new aws.ec2.DefaultSecurityGroup(resource, { vpcId, ingress: [], egress: [] }, { parent });
}
