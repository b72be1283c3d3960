import type { ActionGroup } from "../../protocol/action";
import type { Fields } from "../../protocol/fields";
import { inUse, notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import { page } from "../listing";

/** NAS's refusal for an unknown access group. */
export const noAccessGroup = (id: string) => notFound("InvalidAccessGroup.NotFound", id);
const noAccessRule = (id: string) => notFound("InvalidAccessRule.NotFound", id);
const groupId = (fields: Fields) =>
  `${fields.string("AccessGroupName")}:${fields.string("FileSystemType") ?? "standard"}`;

/** Access groups and their rules. */
export const accessGroups: ActionGroup = {
  service: "nas",
  actions: {
    CreateAccessGroup({ fields, world }) {
      const id = groupId(fields);
      if (world.nas.accessGroups.get(id))
        throw new Refusal(
          "InvalidAccessGroup.AlreadyExisted",
          `The specified access group already exists: ${id}.`,
          404,
        );
      world.nas.accessGroups.put(id, {
        id,
        name: fields.string("AccessGroupName") ?? "",
        type: fields.string("AccessGroupType") ?? "Vpc",
        fileSystemType: fields.string("FileSystemType") ?? "standard",
        description: fields.string("Description") ?? "",
        created: world.timestamp(),
      });
      return { AccessGroupName: fields.string("AccessGroupName") };
    },
    DescribeAccessGroups({ fields, world }) {
      const found = world.nas.accessGroups.where(
        (group) =>
          group.name === (fields.string("AccessGroupName") ?? group.name) &&
          group.fileSystemType === (fields.string("FileSystemType") ?? "standard"),
      );
      return {
        AccessGroups: {
          AccessGroup: found.map((group) => ({
            AccessGroupName: group.name,
            AccessGroupType: group.type,
            FileSystemType: group.fileSystemType,
            Description: group.description,
            CreateTime: group.created,
            RegionId: world.region,
            RuleCount: world.nas.accessRules.where((rule) => rule.groupId === group.id).length,
            MountTargetCount: world.nas.mountTargets.where((target) => target.accessGroup === group.name).length,
          })),
        },
        ...page(found.length),
      };
    },
    ModifyAccessGroup({ fields, world }) {
      const group = world.nas.accessGroups.require(groupId(fields), noAccessGroup);
      group.description = fields.string("Description") ?? group.description;
    },
    DeleteAccessGroup({ fields, world }) {
      const group = world.nas.accessGroups.require(groupId(fields), noAccessGroup);
      if (world.nas.mountTargets.find((target) => target.accessGroup === group.name))
        throw inUse("InvalidAccessGroup.AttachedMountTarget", "Mount targets still name the access group.");
      for (const rule of world.nas.accessRules.where((one) => one.groupId === group.id))
        world.nas.accessRules.remove(rule.id);
      world.nas.accessGroups.remove(group.id);
    },
    CreateAccessRule({ fields, world }) {
      const group = world.nas.accessGroups.require(groupId(fields), noAccessGroup);
      const id = world.newNumber(5);
      world.nas.accessRules.put(id, {
        id,
        groupId: group.id,
        sourceCidr: fields.string("SourceCidrIp") ?? "",
        access: fields.string("RWAccessType") ?? "RDWR",
        user: fields.string("UserAccessType") ?? "no_squash",
        priority: fields.number("Priority") ?? 1,
      });
      return { AccessRuleId: id };
    },
    DescribeAccessRules({ fields, world }) {
      const group = world.nas.accessGroups.require(groupId(fields), noAccessGroup);
      const found = world.nas.accessRules.where(
        (rule) => rule.groupId === group.id && rule.id === (fields.string("AccessRuleId") ?? rule.id),
      );
      return {
        AccessRules: {
          AccessRule: found.map((rule) => ({
            AccessRuleId: rule.id,
            AccessGroupName: group.name,
            FileSystemType: group.fileSystemType,
            SourceCidrIp: rule.sourceCidr,
            RWAccess: rule.access,
            UserAccess: rule.user,
            Priority: rule.priority,
            Ipv6SourceCidrIp: "",
            RegionId: world.region,
          })),
        },
        ...page(found.length),
      };
    },
    ModifyAccessRule({ fields, world }) {
      const rule = world.nas.accessRules.require(fields.string("AccessRuleId"), noAccessRule);
      Object.assign(rule, {
        sourceCidr: fields.string("SourceCidrIp") ?? rule.sourceCidr,
        access: fields.string("RWAccessType") ?? rule.access,
        user: fields.string("UserAccessType") ?? rule.user,
        priority: fields.number("Priority") ?? rule.priority,
      });
    },
    DeleteAccessRule({ fields, world }) {
      world.nas.accessRules.require(fields.string("AccessRuleId"), noAccessRule);
      world.nas.accessRules.remove(assertDefined(fields.string("AccessRuleId")));
    },
  },
};
