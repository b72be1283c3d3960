import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, tags } from "./common";
import { bucket, logs } from "./storage";

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
});
const forceDetachPolicies = true;
export const role = new aws.iam.Role("bookstore-container", {
  assumeRolePolicy,
  forceDetachPolicies,
  tags: tags("bookstore-container"),
});
export const startRole = new aws.iam.Role("bookstore-container-start", {
  assumeRolePolicy,
  forceDetachPolicies,
  tags: tags("bookstore-container-start"),
});
export const granted = [
  new aws.iam.RolePolicy("bookstore-container-files", {
    name: "files",
    role: role.id,
    policy: policy([
      { Sid: "ListFiles", Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [bucket.arn] },
      {
        Sid: "UseFiles",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: [pulumi.interpolate`${bucket.arn}/*`],
      },
    ]),
  }),
  new aws.iam.RolePolicy("bookstore-container-start-logs", {
    name: "logs",
    role: startRole.id,
    policy: policy([
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [logs.arn, pulumi.interpolate`${logs.arn}:*`],
      },
    ]),
  }),
  new aws.iam.RolePolicy("bookstore-container-start-registry", {
    name: "registry",
    role: startRole.id,
    policy: policy([
      { Sid: "LogInToRegistry", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
      {
        Sid: "PullImage",
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
        Resource: ["arn:aws:ecr:*:*:repository/*"],
      },
    ]),
  }),
];
