import * as aws from "@pulumi/aws";
import type { Context } from "../context";
import { domainOf } from "./regions";
import { tagsOf } from "./tags";

/** Registers a role that an AWS service may assume. `service` is its principal, such as ecs-tasks.amazonaws.com. */
export function serviceRole(context: Context, resource: string, service: string): aws.iam.Role {
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });
  return new aws.iam.Role(
    resource,
    // A policy that an interrupted update has attached is not in the state, and would keep the role from being deleted.
    { assumeRolePolicy, forceDetachPolicies: true, tags: tagsOf(context, resource) },
    { parent: context.parent },
  );
}

/** EC2's principal: ec2.amazonaws.com, or ec2.amazonaws.com.cn in China. */
export function ec2Principal(region: string): string {
  return `ec2.${domainOf(region)}`;
}
