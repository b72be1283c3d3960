import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { type Context, childContext } from "../context";
import { namedPolicies } from "../policies";
import type { ServiceParts } from "./platform";
import { domainOf, partitionOf } from "./regions";
import { ec2Principal, serviceRole } from "./roles";
import { tagsOf } from "./tags";

/** The identity of a service's instances. */
export interface Identity {
  /** The role that the app has. */
  readonly role: aws.iam.Role;
  /**
   * The role that starts an instance: on containers ECS's own, which fetches the image and the secrets; on vm the
   * app's.
   */
  readonly startRole: aws.iam.Role;
  /** The rights that must be in force before an instance starts. */
  readonly roleDependencies: readonly pulumi.Resource[];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<pulumi.Input<string>[]>;
  readonly Condition?: pulumi.Input<Record<string, Record<string, pulumi.Input<string>>>>;
}

/**
 * Registers the identity of virtual machines: one role, with rights to the service's files and logs, and its policies.
 */
export function machineIdentity(
  service: Context,
  parts: ServiceParts,
): Identity & { profile: aws.iam.InstanceProfile } {
  const context = childContext(service, "identity", `${service.name}-identity`);
  const { name, parent, facts } = context;
  const resource = `${name}-instance`;
  const app = serviceRole(context, resource, ec2Principal(facts.region));
  const statements = [writeLogs(parts), ...useFiles(parts)];
  return {
    role: app,
    startRole: app,
    roleDependencies: [grant(context, resource, app, statements), ...attachPolicies(context, app)],
    profile: new aws.iam.InstanceProfile(resource, { role: app.name, tags: tagsOf(context, resource) }, { parent }),
  };
}

/** Registers the identity of containers: the app's role, and the role with which ECS starts it. */
export function taskIdentity(service: Context, parts: ServiceParts): Identity {
  const context = childContext(service, "identity", `${service.name}-identity`);
  const { name, facts } = context;
  const app = serviceRole(context, `${name}-instance`, "ecs-tasks.amazonaws.com");
  const start = serviceRole(context, `${name}-start`, "ecs-tasks.amazonaws.com");
  const pull = [
    allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "PullImage",
      ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      [`arn:${partitionOf(facts.region)}:ecr:*:*:repository/*`],
    ),
  ];
  const fileStatements = useFiles(parts);
  return {
    role: app,
    startRole: start,
    roleDependencies: [
      ...(fileStatements.length > 0 ? [grant(context, `${name}-instance`, app, fileStatements)] : []),
      grant(context, `${name}-start`, start, [writeLogs(parts), ...pull]),
      ...attachPolicies(context, app),
    ],
  };
}

/** Attaches the service's policies to the app's role. */
function attachPolicies({ name, parent, spec }: Context, app: aws.iam.Role): pulumi.Resource[] {
  return namedPolicies(name, spec).map(
    ({ resource, policy }) =>
      new aws.iam.RolePolicyAttachment(resource, { role: app.name, policyArn: policy }, { parent }),
  );
}

function writeLogs({ logGroup }: ServiceParts): Statement {
  return allow(
    "WriteLogs",
    ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
    [logGroup.arn, pulumi.interpolate`${logGroup.arn}:*`],
  );
}

/**
 * Grants the instances of one release access to its secrets. The grant is the release's own, because the release before
 * needs its secrets until its last instance is gone.
 */
export function readSecrets(context: Context, { startRole }: Identity, release: Release): pulumi.Resource[] {
  const given = Object.values(release.shape.secrets);
  if (given.length === 0) return [];
  const { name, facts } = context;
  const statements = pulumi.all(given).apply((known) => secretStatements([...new Set(known)].sort(), facts.region));
  return [grant(context, `${name}-${release.id}-secrets`, startRole, statements)];
}

function secretStatements(references: readonly string[], region: string): Statement[] {
  const inManager = references.filter((reference) => reference.includes(":secretsmanager:")).map(withoutField);
  const inParameters = references.filter((reference) => reference.includes(":ssm:"));
  const via = (service: string, key: string, arns: string[]) =>
    allow(`Decrypt${service}`, ["kms:Decrypt"], [`arn:${partitionOf(region)}:kms:*:*:key/*`], {
      StringLike: Object.fromEntries([
        ["kms:ViaService", `${service}.*.${domainOf(region)}`],
        [`kms:EncryptionContext:${key}`, arns.length === 1 ? (arns[0] ?? "") : arns],
      ]),
    });
  return [
    ...(inManager.length > 0
      ? [
          allow("ReadSecrets", ["secretsmanager:GetSecretValue"], inManager),
          via("secretsmanager", "SecretARN", inManager),
        ]
      : []),
    ...(inParameters.length > 0
      ? [
          allow("ReadParameters", ["ssm:GetParameter", "ssm:GetParameters"], inParameters),
          via("ssm", "PARAMETER_ARN", inParameters),
        ]
      : []),
  ];
}

/** A reference may name one field of a secret after its ARN's seventh part; access is granted to the whole secret. */
function withoutField(reference: string): string {
  return reference.split(":").slice(0, 7).join(":");
}

function useFiles({ files }: ServiceParts): Statement[] {
  if (files === undefined) return [];
  const { bucket, share } = files;
  return [
    allow("ListFiles", ["s3:ListBucket", "s3:GetBucketLocation"], [bucket.arn]),
    allow(
      "UseFiles",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      [pulumi.interpolate`${bucket.arn}/*`],
    ),
    ...(share
      ? [
          allow(
            "MountShare",
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            [share.fileSystem.arn],
            { StringEquals: { "elasticfilesystem:AccessPointArn": share.accessPoint.arn } },
          ),
        ]
      : []),
  ];
}

function allow(
  Sid: string,
  Action: string[],
  Resource: pulumi.Input<string>[],
  Condition?: Record<string, Record<string, pulumi.Input<string> | string[]>>,
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition ? { Condition: Condition as Record<string, Record<string, pulumi.Input<string>>> } : {}),
  };
}

function grant(
  context: Context,
  resource: string,
  to: aws.iam.Role,
  statements: pulumi.Input<Statement[]>,
): aws.iam.RolePolicy {
  return new aws.iam.RolePolicy(
    resource,
    { role: to.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) },
    { parent: context.parent },
  );
}
