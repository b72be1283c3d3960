import type { ActionGroup } from "../protocol/action";
import { notFound, Refusal } from "../refusal";
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
      const role = addRole(
        world,
        name,
        JSON.stringify({
          Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: [service] } }],
          Version: "1",
        }),
        fields.string("Description") ?? "",
      );
      role.linkedTo = service;
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
