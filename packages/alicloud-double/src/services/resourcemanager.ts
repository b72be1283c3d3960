import type { ActionGroup } from "../protocol/action";
import { notFound, Refusal } from "../refusal";
import type { World } from "../world";
import type { Role } from "./ram/records";
import { addRole, roleResponse } from "./ram/role";

/** The names of service-linked roles: RAM roles that a cloud service creates for itself. */
const serviceLinkedRoles: Record<string, string> = {
  "ess.aliyuncs.com": "AliyunServiceRoleForAutoScaling",
  "alb.aliyuncs.com": "AliyunServiceRoleForAlb",
  "logdelivery.alb.aliyuncs.com": "AliyunServiceRoleForAlbLogDelivery",
  "nat.aliyuncs.com": "AliyunServiceRoleForNatgw",
  "eci.aliyuncs.com": "AliyunServiceRoleForECI",
  "nas.aliyuncs.com": "AliyunServiceRoleForNasStandard",
};

/**
 * Creates the role of a product that creates it on its first use, unless the account has it. Returns whether the account
 * has it now; false if the caller may not create roles.
 * https://www.alibabacloud.com/help/en/ram/user-guide/service-linked-roles
 */
export function ensureServiceLinkedRole(world: World, service: string): boolean {
  const name = serviceLinkedRoles[service] ?? "";
  if (world.ram.roles.get(name)) return true;
  if (world.mayCreateServiceLinkedRoles) addServiceLinkedRole(world, service, name);
  return world.mayCreateServiceLinkedRoles;
}

/** The same, but refuses a caller that would have to create the role and may not. */
export function requireServiceLinkedRole(world: World, service: string): void {
  if (!ensureServiceLinkedRole(world, service)) throw mayNotCreate(serviceLinkedRoles[service] ?? service);
}

function addServiceLinkedRole(world: World, service: string, name: string, description = ""): Role {
  const statement = { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: [service] } };
  const role = addRole(world, name, JSON.stringify({ Statement: [statement], Version: "1" }), description);
  role.linkedTo = service;
  return role;
}

function mayNotCreate(role: string): Refusal {
  const action = `Action: ram:CreateServiceLinkedRole, Resource: ${role}`;
  return new Refusal("NoPermission", `You are not authorized to do this action. ${action}`, 403);
}

/** Service-linked roles. */
export const resourceManager: ActionGroup = {
  service: "resourcemanager",
  actions: {
    CreateServiceLinkedRole({ fields, world }) {
      const service = fields.string("ServiceName") ?? "";
      const name = serviceLinkedRoles[service];
      if (!name) throw notFound("EntityNotExist.Service", service);
      if (world.ram.roles.get(name))
        throw new Refusal("EntityAlreadyExists.Role", `The role already exists: ${name}.`, 409);
      if (!world.mayCreateServiceLinkedRoles) throw mayNotCreate(name);
      const role = addServiceLinkedRole(world, service, name, fields.string("Description"));
      return {
        Role: {
          ...roleResponse(world, role),
          RolePrincipalName: `${name}@role.${world.accountId}.onaliyunservice.com`,
          IsServiceLinkedRole: true,
          MaxSessionDuration: undefined,
          UpdateDate: undefined,
        },
      };
    },
    GetRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), "EntityNotExist.Role");
      return {
        Role: {
          ...roleResponse(world, role),
          IsServiceLinkedRole: role.linkedTo !== undefined,
          LatestDeletionTask: undefined,
        },
      };
    },
    DeleteServiceLinkedRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), "EntityNotExist.Role");
      if (role.linkedTo === "ess.aliyuncs.com" && world.scaling.scalingGroups.size > 0)
        throw new Refusal("DeleteConflict.Role.Resource", "Scaling groups still use the role.", 409);
      world.ram.roles.remove(role.name);
      return { DeletionTaskId: `task/aliyun/${role.name}/${world.newNumber(12)}` };
    },
    GetServiceLinkedRoleDeletionStatus: () => ({
      Status: "SUCCEEDED",
      Reason: { Message: "", RoleUsages: { RoleUsage: [] } },
    }),
  },
};
