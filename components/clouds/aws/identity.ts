import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { type Context, childContext } from "../context";
import { namedPermissions } from "../permissions";
import { namedPolicies } from "../policies";
import type { ServiceParts } from "./platform";
import { type Statement, allow, policyDocument, secretStatements } from "./policy-statements";
import { partitionOf } from "./regions";
import { ec2Principal, onlyTasksWith, serviceRole } from "./roles";
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

/**
 * Registers the identity of virtual machines: one role, with rights to the service's files and logs, and its policies.
 * Its name has the compute, so that a release on the other compute keeps its own role, with its own trust policy.
 */
export function machineIdentity(
  service: Context,
  parts: ServiceParts,
): Identity & { profile: aws.iam.InstanceProfile } {
  const context = childContext(service, "identity", `${service.name}-identity`);
  const { name, parent, facts } = context;
  const resource = `${name}-vm`;
  const app = serviceRole(context, resource, ec2Principal(facts.region));
  return {
    role: app,
    startRole: app,
    roleDependencies: [
      grant(context, resource, app, "logs", [writeLogs(parts)]),
      ...useFiles(context, resource, app, parts),
      ...appRights(context, resource, app),
    ],
    profile: new aws.iam.InstanceProfile(resource, { role: app.name, tags: tagsOf(context, resource) }, { parent }),
  };
}

/** Registers the identity of containers: the app's role, and the role with which ECS starts it. */
export function taskIdentity(service: Context, parts: ServiceParts): Identity {
  const context = childContext(service, "identity", `${service.name}-identity`);
  const { name, facts } = context;
  const [resource, startResource] = [`${name}-container`, `${name}-container-start`];
  const app = serviceRole(context, resource, "ecs-tasks.amazonaws.com", onlyTasksWith(parts.logGroup.arn));
  // Without that condition: AWS documents it for a task's role, and not for the role that starts it.
  const start = serviceRole(context, startResource, "ecs-tasks.amazonaws.com");
  const pull = [
    allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "PullImage",
      ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      [`arn:${partitionOf(facts.region)}:ecr:*:*:repository/*`],
    ),
  ];
  return {
    role: app,
    startRole: start,
    roleDependencies: [
      grant(context, startResource, start, "logs", [writeLogs(parts)]),
      grant(context, startResource, start, "registry", pull),
      ...useFiles(context, resource, app, parts),
      ...appRights(context, resource, app),
    ],
  };
}

/** Grants the app the service's permissions, and attaches its policies to the app's role. */
function appRights(context: Context, roleResource: string, app: aws.iam.Role): pulumi.Resource[] {
  const { parent, spec } = context;
  return [
    ...namedPermissions(spec).map(({ right, statement }) => grant(context, roleResource, app, right, [statement])),
    ...namedPolicies(roleResource, spec).map(
      ({ resource, policy }) =>
        new aws.iam.RolePolicyAttachment(resource, { role: app.name, policyArn: policy }, { parent }),
    ),
  ];
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
  return [grant(context, `${name}-${release.id}`, startRole, "secrets", statements, `secrets-${release.id}`)];
}

/**
 * Grants the app its files. The bucket and the share are rights of their own, because a service may lose one of them.
 */
function useFiles(context: Context, resource: string, app: aws.iam.Role, { files }: ServiceParts): pulumi.Resource[] {
  if (files === undefined) return [];
  const { bucket, share } = files;
  const objects = [
    allow("ListFiles", ["s3:ListBucket", "s3:GetBucketLocation"], [bucket.arn]),
    allow(
      "UseFiles",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      [pulumi.interpolate`${bucket.arn}/*`],
    ),
  ];
  const mount = share && [
    allow("MountShare", ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], [share.fileSystem.arn], {
      StringEquals: { "elasticfilesystem:AccessPointArn": share.accessPoint.arn },
    }),
  ];
  return [
    grant(context, resource, app, "files", objects),
    ...(mount ? [grant(context, resource, app, "share", mount)] : []),
  ];
}

/**
 * Grants a role one right, in a policy of its own: a release that is being replaced has the right as long as it runs,
 * and a policy never loses a statement in place. The policy's name is fixed, so what an interrupted update left is
 * overwritten.
 */
function grant(
  context: Context,
  resource: string,
  to: aws.iam.Role,
  right: string,
  statements: pulumi.Input<Statement[]>,
  name = right,
): aws.iam.RolePolicy {
  return new aws.iam.RolePolicy(
    `${resource}-${right}`,
    { name, role: to.id, policy: pulumi.jsonStringify(policyDocument(statements)) },
    { parent: context.parent },
  );
}
