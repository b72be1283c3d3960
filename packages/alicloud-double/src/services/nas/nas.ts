import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { FileSystem, MountTarget } from "./records";
import { tagActions, tagsResponse } from "../tagging";
import { assertDefined } from "../../values";

const noFileSystem = (id: string) => notFound("InvalidFileSystem.NotFound", id);
const noAccessGroup = (id: string) => notFound("InvalidAccessGroup.NotFound", id);
const noAccessRule = (id: string) => notFound("InvalidAccessRule.NotFound", id);
const noMountTarget = (id: string) => notFound("InvalidMountTarget.NotFound", id);
const groupId = (fields: Fields) =>
  `${fields.string("AccessGroupName")}:${fields.string("FileSystemType") ?? "standard"}`;

/** Shared file systems: who may mount them, and where. */
export const nas: ActionGroup = {
  service: "nas",
  actions: {
    CreateFileSystem({ fields, world }) {
      const type = fields.string("FileSystemType") ?? "standard";
      const known: Record<string, string[]> = {
        standard: ["Performance", "Capacity", "Premium"],
        extreme: ["standard", "advance"],
      };
      if (known[type] && !known[type].includes(fields.string("StorageType") ?? ""))
        throw new Refusal(
          "InvalidStorageType.NotSupported",
          "The storage type does not exist for this type of file system.",
        );
      if (type !== "standard" && !fields.string("ZoneId"))
        throw new Refusal("MissingZoneId", "ZoneId is mandatory for this action.");
      const id = type === "extreme" ? `extreme-${world.newId("")}` : world.newNumber(10).slice(0, 10);
      const system = world.nas.fileSystems.put(id, {
        id,
        type,
        protocol: fields.string("ProtocolType") ?? "",
        storage: fields.string("StorageType") ?? "",
        description: fields.string("Description") ?? "",
        encryptType: fields.number("EncryptType") ?? 0,
        zoneId: fields.string("ZoneId") ?? `${world.region}-g`,
        status: "Pending",
        created: world.timestamp(),
        settings: fields.pick("Capacity", "Bandwidth", "KmsKeyId"),
        tags: fields.tags(),
      });
      world.schedule(world.delays.transition, () => (system.status = "Running"));
      return { FileSystemId: id };
    },
    DescribeFileSystems({ fields, world }) {
      const found = world.nas.fileSystems.where((one) => one.id === (fields.string("FileSystemId") ?? one.id));
      if (fields.string("FileSystemId") && found.length === 0)
        throw noFileSystem(assertDefined(fields.string("FileSystemId")));
      return {
        FileSystems: { FileSystem: found.map((one) => fileSystemResponse(world, one)) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ModifyFileSystem({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      system.description = fields.string("Description") ?? system.description;
    },
    DeleteFileSystem({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      if (world.nas.mountTargets.find((target) => target.fileSystemId === system.id))
        throw inUse("InvalidFileSystem.MountTargetExist", "The file system still has mount targets.");
      world.nas.fileSystems.remove(system.id);
    },
    EnableRecycleBin({ fields, world }) {
      world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin =
        fields.number("ReservedDays") ?? 3;
    },
    UpdateRecycleBinAttribute({ fields, world }) {
      world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin =
        fields.number("ReservedDays") ?? 3;
    },
    DisableAndCleanRecycleBin({ fields, world }) {
      delete world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin;
    },
    GetRecycleBinAttribute({ fields, world }) {
      const days = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin;
      return {
        RecycleBinAttribute:
          days === undefined
            ? { Status: "Disable", ReservedDays: 0, Size: 0, SecondarySize: 0, EnableTime: "" }
            : { Status: "Enable", ReservedDays: days, Size: 0, SecondarySize: 0, EnableTime: world.timestamp() },
      };
    },
    DescribeNfsAcl: () => ({ Acl: { Enabled: false } }),
    DescribeSmbAcl: () => ({ Acl: { Enabled: false } }),
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
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
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
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
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
    CreateMountTarget({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), (missing) =>
        notFound("InvalidVSwitchId.NotFound", missing),
      );
      const accessGroup = fields.string("AccessGroupName") ?? "DEFAULT_VPC_GROUP_NAME";
      if (accessGroup !== "DEFAULT_VPC_GROUP_NAME")
        world.nas.accessGroups.require(`${accessGroup}:${system.type}`, noAccessGroup);
      const domain = `${system.id}-${world.newId("", "", 3).slice(3)}.${world.region}.nas.aliyuncs.com`;
      const target = world.nas.mountTargets.put(domain, {
        domain,
        fileSystemId: system.id,
        accessGroup,
        vpcId: vSwitch.vpcId,
        vSwitchId: vSwitch.id,
        status: "Pending",
        tags: new Map(),
      });
      world.schedule(world.delays.transition, () => (target.status = "Active"));
      return { MountTargetDomain: domain, MountTargetExtra: {} };
    },
    DescribeMountTargets({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      const found = world.nas.mountTargets.where(
        (target) =>
          target.fileSystemId === system.id && target.domain === (fields.string("MountTargetDomain") ?? target.domain),
      );
      if (fields.string("MountTargetDomain") && found.length === 0)
        throw noMountTarget(assertDefined(fields.string("MountTargetDomain")));
      return {
        MountTargets: { MountTarget: found.map(mountTargetResponse) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ModifyMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.require(fields.string("MountTargetDomain"), noMountTarget);
      target.accessGroup = fields.string("AccessGroupName") ?? target.accessGroup;
    },
    DeleteMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.require(fields.string("MountTargetDomain"), noMountTarget);
      target.status = "Deleting";
      world.schedule(world.delays.transition, () => world.nas.mountTargets.remove(target.domain));
    },
    ...tagActions((world, id) => world.nas.fileSystems.get(id) ?? world.nas.mountTargets.get(id)),
  },
};

function mountTargetResponse(target: MountTarget) {
  return {
    MountTargetDomain: target.domain,
    AccessGroup: target.accessGroup,
    NetworkType: "Vpc",
    VpcId: target.vpcId,
    VswId: target.vSwitchId,
    Status: target.status,
  };
}

function fileSystemResponse(world: World, system: FileSystem) {
  return {
    FileSystemId: system.id,
    FileSystemType: system.type,
    ProtocolType: system.protocol,
    StorageType: system.storage,
    Description: system.description,
    EncryptType: system.encryptType,
    ZoneId: system.zoneId,
    RegionId: world.region,
    Status: system.status,
    CreateTime: system.created,
    ChargeType: "PayAsYouGo",
    KMSKeyId: system.settings["KmsKeyId"] ?? "",
    MeteredSize: 0,
    Capacity: Number(system.settings["Capacity"] ?? 10995116277760),
    ResourceGroupId: "rg-acfmdefault",
    VpcId: "",
    Tags: { Tag: tagsResponse(system.tags) },
    MountTargets: {
      MountTarget: world.nas.mountTargets
        .where((target) => target.fileSystemId === system.id)
        .map((target) => ({ MountTargetDomain: target.domain })),
    },
    Packages: { Package: [] },
  };
}
