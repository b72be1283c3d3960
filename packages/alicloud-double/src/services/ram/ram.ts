import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/service";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Policy, Role } from "./records";
import { tagActions, tagsResponse } from "../tagging";
import { assertDefined } from "../../values";

const noRole = (name: string) => notFound("EntityNotExist.Role", name);
const noPolicy = (name: string) => notFound("EntityNotExist.Policy", name);
const maxPolicyVersions = 5;

/** Roles, custom policies and their attachment to roles. */
export const ram: ActionGroup = {
  service: "ram",
  actions: {
    CreateRole({ fields, world }) {
      const name = fields.string("RoleName") ?? "";
      if (!/^[A-Za-z0-9.-]{1,64}$/.test(name))
        throw new Refusal("InvalidParameter.RoleName.InvalidChars", `The parameter RoleName is invalid: ${name}.`);
      if (world.ram.roles.get(name))
        throw new Refusal("EntityAlreadyExists.Role", `The role already exists: ${name}.`, 409);
      const role = addRole(
        world,
        name,
        parseDocument(fields, "AssumeRolePolicyDocument"),
        fields.string("Description") ?? "",
      );
      role.maxSession = fields.number("MaxSessionDuration") ?? 3600;
      for (const [key, value] of fields.tags()) role.tags.set(key, value);
      return { Role: roleResponse(world, role) };
    },
    GetRole: ({ fields, world }) => ({
      Role: roleResponse(world, world.ram.roles.require(fields.string("RoleName"), noRole)),
    }),
    UpdateRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), noRole);
      if (fields.has("NewAssumeRolePolicyDocument"))
        role.document = parseDocument(fields, "NewAssumeRolePolicyDocument");
      role.description = fields.string("NewDescription") ?? role.description;
      role.maxSession = fields.number("NewMaxSessionDuration") ?? role.maxSession;
      return { Role: roleResponse(world, role) };
    },
    DeleteRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), noRole);
      if (world.ram.rolePolicies.find((one) => one.roleName === role.name))
        throw new Refusal(
          "DeleteConflict.Role.Policy",
          "The role cannot be deleted: policies are attached to it.",
          409,
        );
      world.ram.roles.remove(role.name);
    },
    CreatePolicy({ fields, world }) {
      const name = fields.string("PolicyName") ?? "";
      if (!/^[A-Za-z0-9-]{1,128}$/.test(name))
        throw new Refusal("InvalidParameter.PolicyName.InvalidChars", `The parameter PolicyName is invalid: ${name}.`);
      if (world.ram.policies.get(name))
        throw new Refusal("EntityAlreadyExists.Policy", `The policy already exists: ${name}.`, 409);
      const policy = world.ram.policies.put(name, {
        name,
        type: "Custom",
        description: fields.string("Description") ?? "",
        created: world.timestamp(),
        defaultVersion: "v1",
        versions: [{ id: "v1", document: parseDocument(fields, "PolicyDocument"), created: world.timestamp() }],
        tags: fields.tags(),
      });
      return { Policy: policySummary(policy) };
    },
    GetPolicy({ fields, world }) {
      const policy = findPolicy(world, fields);
      const version = assertDefined(policy.versions.find((one) => one.id === policy.defaultVersion));
      return { Policy: policyResponse(world, policy), DefaultPolicyVersion: versionResponse(policy, version) };
    },
    UpdatePolicyDescription({ fields, world }) {
      const policy = findPolicy(world, fields);
      policy.description = fields.string("NewDescription") ?? policy.description;
      return { Policy: policySummary(policy) };
    },
    CreatePolicyVersion({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (policy.versions.length >= maxPolicyVersions) {
        const oldest = policy.versions.find((one) => one.id !== policy.defaultVersion);
        if (fields.string("RotateStrategy") !== "DeleteOldestNonDefaultVersionWhenLimitExceeded" || !oldest)
          throw new Refusal("LimitExceeded.Policy.Version", "The policy has five versions already.", 409);
        policy.versions = policy.versions.filter((one) => one !== oldest);
      }
      const id = `v${String(Math.max(...policy.versions.map((one) => Number(one.id.slice(1)))) + 1)}`;
      const version = { id, document: parseDocument(fields, "PolicyDocument"), created: world.timestamp() };
      policy.versions.push(version);
      if (fields.boolean("SetAsDefault")) policy.defaultVersion = id;
      return { PolicyVersion: versionResponse(policy, version) };
    },
    ListPolicyVersions({ fields, world }) {
      const policy = findPolicy(world, fields);
      return { PolicyVersions: { PolicyVersion: policy.versions.map((version) => versionResponse(policy, version)) } };
    },
    DeletePolicyVersion({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (fields.string("VersionId") === policy.defaultVersion)
        throw new Refusal("DeleteConflict.PolicyVersion.Default", "The default version cannot be deleted.", 409);
      policy.versions = policy.versions.filter((one) => one.id !== fields.string("VersionId"));
    },
    DeletePolicy({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (world.ram.rolePolicies.find((one) => one.policyName === policy.name && one.policyType === policy.type))
        throw new Refusal("DeleteConflict.Role.Policy", "The policy is attached to a role.", 409);
      if (policy.versions.length > 1)
        throw new Refusal("DeleteConflict.Policy.Version", "The policy has versions beside the default one.", 409);
      world.ram.policies.remove(policy.name);
    },
    AttachPolicyToRole({ fields, world }) {
      const { roleName, policyName, policyType, id } = parseAttachment(fields);
      world.ram.roles.require(roleName, noRole);
      if (policyType === "Custom") world.ram.policies.require(policyName, noPolicy);
      if (world.ram.rolePolicies.get(id))
        throw new Refusal("EntityAlreadyExists.Role.Policy", "The policy is attached to the role already.", 409);
      world.ram.rolePolicies.put(id, { roleName, policyName, policyType, attached: world.timestamp() });
    },
    DetachPolicyFromRole({ fields, world }) {
      const { roleName, id } = parseAttachment(fields);
      world.ram.roles.require(roleName, noRole);
      if (!world.ram.rolePolicies.remove(id)) throw notFound("EntityNotExist.Role.Policy", id);
    },
    ListPoliciesForRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), noRole);
      const found = world.ram.rolePolicies.where((one) => one.roleName === role.name);
      return {
        Policies: {
          Policy: found.map((one) => ({
            PolicyName: one.policyName,
            PolicyType: one.policyType,
            Description: "",
            DefaultVersion: "v1",
            AttachDate: one.attached,
          })),
        },
      };
    },
    ListEntitiesForPolicy({ fields, world }) {
      const found = world.ram.rolePolicies.where(
        (one) => one.policyName === fields.string("PolicyName") && one.policyType === fields.string("PolicyType"),
      );
      return {
        Groups: { Group: [] },
        Users: { User: [] },
        Roles: {
          Role: found.map((one) => ({
            RoleName: one.roleName,
            RoleId: world.ram.roles.get(one.roleName)?.id ?? "",
            Arn: roleArn(world, one.roleName),
            AttachDate: one.attached,
          })),
        },
      };
    },
    ...ramTagActions(),
  },
};

/** RAM tags by name, and its fields say so. */
function ramTagActions() {
  const { TagResources, UntagResources } = tagActions(
    (world, id) => world.ram.roles.get(id) ?? world.ram.policies.get(id),
  );
  const named = (fields: Fields) => fields.strings("ResourceNames");
  return {
    TagResources: ({ fields, world, action }: Parameters<NonNullable<typeof TagResources>>[0]) =>
      assertDefined(TagResources)({ fields: withIds(fields), world, action }),
    UntagResources: ({ fields, world, action }: Parameters<NonNullable<typeof TagResources>>[0]) =>
      assertDefined(UntagResources)({ fields: withIds(fields), world, action }),
    ListTagResources: ({ fields, world }: Parameters<NonNullable<typeof TagResources>>[0]) => ({
      TagResources: {
        TagResource: named(fields).flatMap((name) =>
          tagsResponse(
            (world.ram.roles.get(name) ?? world.ram.policies.get(name))?.tags ?? new Map(),
            "TagKeyTagValue",
          ).map((tag) => ({ ResourceName: name, ResourceType: fields.string("ResourceType") ?? "", ...tag })),
        ),
      },
    }),
  };
}

function withIds(fields: Fields): Fields {
  fields.values["ResourceIds"] = fields.values["ResourceNames"] ?? [];
  return fields;
}

/** Makes a role, as RAM does for a user and as other services do for themselves. */
export function addRole(world: World, name: string, document: string, description: string): Role {
  return world.ram.roles.put(name, {
    id: world.newNumber(18),
    name,
    document,
    description,
    maxSession: 3600,
    created: world.timestamp(),
    tags: new Map(),
  });
}

function parseDocument(fields: Fields, name: string): string {
  const document = fields.string(name) ?? "";
  let parsed: { Version?: unknown; Statement?: unknown };
  try {
    parsed = JSON.parse(document) as typeof parsed;
  } catch {
    throw new Refusal("MalformedPolicyDocument", "The policy document is not JSON.");
  }
  if (parsed.Version !== "1" || !Array.isArray(parsed.Statement) || parsed.Statement.length === 0)
    throw new Refusal("MalformedPolicyDocument", 'The policy document needs Version "1" and a Statement.');
  if (document.length > 6144)
    throw new Refusal("InvalidParameter.PolicyDocument.Length", "The policy document is longer than 6144 characters.");
  return document;
}

function parseAttachment(fields: Fields) {
  const roleName = fields.string("RoleName") ?? "";
  const policyName = fields.string("PolicyName") ?? "";
  const policyType = fields.string("PolicyType") ?? "";
  return { roleName, policyName, policyType, id: `role:${policyName}:${policyType}:${roleName}` };
}

function findPolicy(world: World, fields: Fields): Policy {
  return world.ram.policies.require(fields.string("PolicyName"), noPolicy);
}

function roleArn(world: World, roleName: string): string {
  return `acs:ram::${world.accountId}:role/${roleName.toLowerCase()}`;
}

/** A role as RAM writes it. */
export function roleResponse(world: World, role: Role) {
  return {
    RoleId: role.id,
    RoleName: role.name,
    Arn: roleArn(world, role.name),
    Description: role.description,
    AssumeRolePolicyDocument: role.document,
    MaxSessionDuration: role.maxSession,
    CreateDate: role.created,
  };
}

function policySummary(policy: Policy) {
  return {
    PolicyName: policy.name,
    PolicyType: policy.type,
    Description: policy.description,
    DefaultVersion: policy.defaultVersion,
    CreateDate: policy.created,
  };
}

function policyResponse(world: World, policy: Policy) {
  return {
    ...policySummary(policy),
    UpdateDate: policy.created,
    AttachmentCount: world.ram.rolePolicies.where(
      (one) => one.policyName === policy.name && one.policyType === policy.type,
    ).length,
  };
}

function versionResponse(policy: Policy, version: Policy["versions"][number]) {
  return {
    VersionId: version.id,
    PolicyDocument: version.document,
    CreateDate: version.created,
    IsDefaultVersion: version.id === policy.defaultVersion,
  };
}
