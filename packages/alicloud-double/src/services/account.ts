import type { ActionGroup } from "../protocol/service";
import { notFound, Refusal } from "../refusal";
import { addRole, roleResponse } from "./ram/ram";

/** Service-linked roles are RAM roles that a cloud service makes for itself; their names are the services' own. */
const serviceLinkedRoles: Record<string, string> = {
  "ess.aliyuncs.com": "AliyunServiceRoleForAutoScaling",
  "alb.aliyuncs.com": "AliyunServiceRoleForAlb",
  "logdelivery.alb.aliyuncs.com": "AliyunServiceRoleForAlbLogDelivery",
  "nat.aliyuncs.com": "AliyunServiceRoleForNatgw",
  "eci.aliyuncs.com": "AliyunServiceRoleForECI",
  "nas.aliyuncs.com": "AliyunServiceRoleForNasStandard",
};

/** Who is calling. */
export const sts: ActionGroup = {
  service: "sts",
  actions: {
    GetCallerIdentity: ({ world }) => ({
      AccountId: world.accountId,
      Arn: `acs:ram::${world.accountId}:user/test`,
      IdentityType: "RAMUser",
      PrincipalId: "216959339000000000",
      UserId: "216959339000000000",
    }),
  },
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
      const role = world.ram.roles.require(fields.string("RoleName"), (name) => notFound("EntityNotExist.Role", name));
      return {
        Role: {
          ...roleResponse(world, role),
          IsServiceLinkedRole: role.linkedTo !== undefined,
          LatestDeletionTask: undefined,
        },
      };
    },
    DeleteServiceLinkedRole({ fields, world }) {
      const role = world.ram.roles.require(fields.string("RoleName"), (name) => notFound("EntityNotExist.Role", name));
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

/** Where the endpoints are: the provider asks when none is set. It gets the real host names, which lead back here through the proxy. */
export const location: ActionGroup = {
  service: "location",
  actions: {
    DescribeEndpoints({ fields }) {
      const region = fields.string("Id") ?? "";
      const code = fields.string("ServiceCode") ?? "";
      const host =
        {
          oss: `oss-${region}.aliyuncs.com`,
          sls: `${region}.log.aliyuncs.com`,
          ram: "ram.aliyuncs.com",
          resourcemanager: "resourcemanager.aliyuncs.com",
        }[code] ?? `${code}.${region}.aliyuncs.com`;
      return {
        Endpoints: {
          Endpoint: [
            {
              Endpoint: host,
              Id: region,
              Namespace: "",
              SerivceCode: code,
              ServiceCode: code,
              Type: fields.string("Type") ?? "openAPI",
              Protocols: { Protocols: ["HTTP", "HTTPS"] },
            },
          ],
        },
        Success: true,
      };
    },
  },
};

/** Billing answers whether the account is a domestic one; asked only where the provider was not told. */
export const billing: ActionGroup = {
  service: "bss",
  actions: {
    QueryAvailableInstances: () => ({
      Code: "Success",
      Success: true,
      Data: { InstanceList: [], TotalCount: 0, PageNum: 1, PageSize: 20 },
    }),
  },
};
