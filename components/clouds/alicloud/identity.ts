import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { orElse } from "../../left-out";
import type { Release } from "../../spec";
import { type Context, childContext, tagsOf } from "./context";
import { type PolicyStatement, allow, namedPermissions } from "../permissions";
import { namedPolicies } from "../policies";
import type { Files } from "./files";
import { uniqueName } from "./names";
import { RoleInForce } from "./role-in-force";
import { SecretKeys } from "./secret-keys";

/** The identity of a service's instances. */
export interface Identity {
  /** The role that the app has; instances are launched with its name. */
  readonly role: alicloud.ram.Role;
  /** The rights that must be in force before an instance starts. */
  readonly roleDependencies: readonly pulumi.Resource[];
}

type Statement = PolicyStatement<pulumi.Input<readonly pulumi.Input<string>[]>>;

/** ECS and ECI instances assume their roles through the same service. */
const trust = JSON.stringify({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["ecs.aliyuncs.com"] } }],
});

/**
 * Registers the role of the service's instances, with rights to the service's files, and its policies. Logs need none:
 * the log service's agent recognises the account's machines, and a container's logs are collected from outside.
 */
export function identity(service: Context, files: Files | undefined): Identity {
  const context = childContext(service, "identity", `${service.name}-identity`);
  const { name, parent, spec } = context;
  // One for each compute: a running release keeps its role when the next one is on another compute.
  const role = new alicloud.ram.Role(
    `${name}-${spec.compute}`,
    {
      roleName: uniqueName(context, "role", spec.compute),
      description: `What instances of ${name} may do`,
      assumeRolePolicyDocument: trust,
      force: true,
      tags: tagsOf(context),
    },
    { parent },
  );
  return {
    role,
    roleDependencies: [
      new RoleInForce(`${name}-${spec.compute}-in-force`, { role: role.roleName }, { parent }),
      ...(files ? [grant(context, "files", role, useFiles(files), `${name}-${spec.compute}-files`)] : []),
      ...namedPermissions(spec).map(({ right, statement }) =>
        grant(context, `${spec.compute}-${right}`, role, [statement]),
      ),
      ...attachPolicies(context, role),
    ],
  };
}

/** Attaches the service's policies to the app's role. A policy is given by its ARN, or by the name of a custom one. */
function attachPolicies({ name, parent, spec }: Context, role: alicloud.ram.Role): pulumi.Resource[] {
  return namedPolicies(`${name}-${spec.compute}`, spec).map(({ resource, policy }) => {
    const given = pulumi.output(policy);
    return new alicloud.ram.RolePolicyAttachment(
      resource,
      {
        roleName: role.roleName,
        policyName: given.apply((arn) => arn.slice(arn.lastIndexOf("/") + 1)),
        policyType: given.apply((arn) => (arn.includes(":system:") ? "System" : "Custom")),
      },
      { parent },
    );
  });
}

/**
 * Grants the instances of one release access to its secrets. The grant is the release's own, because the release before
 * needs its secrets until its last instance is gone.
 */
export function readSecrets(context: Context, { role }: Identity, release: Release): pulumi.Resource[] {
  const given = Object.values(release.shape.secrets);
  if (given.length === 0) return [];
  const references = pulumi.all(given).apply((known) => [...new Set(known)].sort());
  const { name, parent, facts } = context;
  const what = `${release.id}-secrets`;
  // Reading a secret takes a right to decrypt with its key too.
  const { keys } = new SecretKeys(`${name}-${release.id}-secret-keys`, { facts, secrets: references }, { parent });
  const statements = pulumi
    .all([references, orElse(keys, [])])
    .apply(([secrets, used]) => [
      allow(["kms:GetSecretValue"], secrets),
      ...(used.length === 0 ? [] : [allow(["kms:Decrypt"], [...used])]),
    ]);
  return [grant(context, what, role, statements)];
}

function useFiles({ bucket }: Files): Statement[] {
  return [
    allow(["oss:ListObjects", "oss:GetBucketLocation"], [pulumi.interpolate`acs:oss:*:*:${bucket}`]),
    allow(
      ["oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:AbortMultipartUpload", "oss:ListParts"],
      [pulumi.interpolate`acs:oss:*:*:${bucket}/*`],
    ),
  ];
}

/** Registers a policy and attaches it. `attachment` is the attachment's logical name, if not the policy's. */
function grant(
  context: Context,
  what: string,
  to: alicloud.ram.Role,
  statements: pulumi.Input<Statement[]>,
  attachment = `${context.name}-${what}`,
): pulumi.Resource {
  const { name, parent } = context;
  const resource = `${name}-${what}`;
  const policy = new alicloud.ram.Policy(
    resource,
    {
      policyName: uniqueName(context, "policy", what),
      policyDocument: pulumi.jsonStringify({ Version: "1", Statement: statements }),
      // A policy keeps five versions, and the cloud refuses a sixth.
      rotateStrategy: "DeleteOldestNonDefaultVersionWhenLimitExceeded",
      force: true,
      tags: tagsOf(context),
    },
    { parent },
  );
  return new alicloud.ram.RolePolicyAttachment(
    attachment,
    { roleName: to.roleName, policyName: policy.policyName, policyType: policy.type },
    { parent },
  );
}
