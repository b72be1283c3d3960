import type { ActionGroup } from "../../protocol/action";
import type { Fields } from "../../protocol/fields";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { sentTags, tagActions } from "../tagging";
import { noPolicy, parseDocument } from "./policy";
import type { Role } from "./records";

const noRole = (name: string) => notFound("EntityNotExist.Role", name);

/** Roles, the policies attached to them, and the tags of roles and policies. */
export const roles: ActionGroup = {
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
      for (const [key, value] of sentTags(fields)) role.tags.set(key, value);
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
    ...tagActions(({ ram }) => ({ role: ram.roles, policy: ram.policies }), {
      nested: false,
      ids: { request: "ResourceNames", response: "ResourceName" },
    }),
  },
};

/** Creates a role. */
export function addRole(world: World, name: string, document: string, description: string): Role {
  return world.ram.roles.put(name, {
    id: world.newNumber(18),
    name,
    document,
    description,
    maxSession: 3600,
    created: world.timestamp(),
    since: Date.now(),
    tags: new Map(),
  });
}

/**
 * Refuses a role that another service does not know: one that does not exist, or was created a moment ago. RAM's own
 * requests know it at once.
 */
export function requireInForce(world: World, name: string): void {
  if (!isInForce(world, name)) throw notFound("InvalidRamRole.NotFound", name);
}

/** Whether other services know a role. */
export function isInForce(world: World, name: string): boolean {
  const role = world.ram.roles.get(name);
  return role !== undefined && (role.linkedTo !== undefined || Date.now() - role.since >= world.delays.role);
}

function parseAttachment(fields: Fields) {
  const roleName = fields.string("RoleName") ?? "";
  const policyName = fields.string("PolicyName") ?? "";
  const policyType = fields.string("PolicyType") ?? "";
  return { roleName, policyName, policyType, id: `role:${policyName}:${policyType}:${roleName}` };
}

/** A role's ARN, which RAM writes in lower case. */
function roleArn(world: World, roleName: string): string {
  return `acs:ram::${world.accountId}:role/${roleName.toLowerCase()}`;
}

/** A role in a response. */
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
