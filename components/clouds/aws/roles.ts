import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { domainOf } from "./regions";
import { tagsOf } from "./tags";

/** The condition of a role's trust: operators, with the keys that they compare and their values. */
export type TrustCondition = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Registers a role that an AWS service may assume. `service` is its principal, such as ecs-tasks.amazonaws.com; with a
 * condition, on behalf of whom it may.
 */
export function serviceRole(
  context: Context,
  resource: string,
  service: string,
  condition?: pulumi.Input<TrustCondition | undefined>,
): aws.iam.Role {
  const assumeRolePolicy = pulumi.output(condition).apply((Condition) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service }, ...(Condition && { Condition }) },
      ],
    }),
  );
  return new aws.iam.Role(
    resource,
    // A policy that an interrupted update has attached is not in the state, and would keep the role from being deleted.
    { assumeRolePolicy, forceDetachPolicies: true, tags: tagsOf(context, resource) },
    { parent: context.parent },
  );
}

/**
 * The condition by which ECS may assume a task's role for tasks of the account and region of an ARN only. Undefined where
 * an update leaves out the resource that has the ARN.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function onlyTasksWith(arn: pulumi.Input<string>): pulumi.Output<TrustCondition | undefined> {
  return pulumi.output(arn).apply((known: string | undefined) => {
    const [, partition, , region, account] = known?.split(":") ?? [];
    if (!partition || !region || !account) return undefined;
    return {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
    };
  });
}

/** EC2's principal: ec2.amazonaws.com, or ec2.amazonaws.com.cn in China. */
export function ec2Principal(region: string): string {
  return `ec2.${domainOf(region)}`;
}
