import type { Fields } from "../../protocol/fields";
import type { Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { FileSystem, MountTarget } from "./records";
import { tagActions, tagsOut } from "../tagging";
import { must } from "../../values";

const noFileSystem = (id: string) => notFound("InvalidFileSystem.NotFound", id);
const noAccessGroup = (id: string) => notFound("InvalidAccessGroup.NotFound", id);
const noAccessRule = (id: string) => notFound("InvalidAccessRule.NotFound", id);
const noMountTarget = (id: string) => notFound("InvalidMountTarget.NotFound", id);
const groupId = (fields: Fields) => `${fields.text("AccessGroupName")}:${fields.text("FileSystemType") ?? "standard"}`;

/** Shared file systems: who may mount them, and where. */
export const nas: Service = {
  name: "nas",
  actions: {
    CreateFileSystem({ fields, world }) {
      const type = fields.text("FileSystemType") ?? "standard";
      const known: Record<string, string[]> = {
        standard: ["Performance", "Capacity", "Premium"],
        extreme: ["standard", "advance"],
      };
      if (known[type] && !known[type].includes(fields.text("StorageType") ?? ""))
        throw new Refusal(
          "InvalidStorageType.NotSupported",
          "The storage type does not exist for this type of file system.",
        );
      if (type !== "standard" && !fields.text("ZoneId"))
        throw new Refusal("MissingZoneId", "ZoneId is mandatory for this action.");
      const id = type === "extreme" ? `extreme-${world.id("")}` : world.number(10).slice(0, 10);
      const system = world.nas.fileSystems.put(id, {
        id,
        type,
        protocol: fields.text("ProtocolType") ?? "",
        storage: fields.text("StorageType") ?? "",
        description: fields.text("Description") ?? "",
        encryptType: fields.number("EncryptType") ?? 0,
        zoneId: fields.text("ZoneId") ?? `${world.region}-g`,
        status: "Pending",
        created: world.stamp(),
        settings: fields.pick("Capacity", "Bandwidth", "KmsKeyId"),
        tags: fields.tags(),
      });
      world.later(world.pace.transition, () => (system.status = "Running"));
      return { FileSystemId: id };
    },
    DescribeFileSystems({ fields, world }) {
      const found = world.nas.fileSystems.where((one) => one.id === (fields.text("FileSystemId") ?? one.id));
      if (fields.text("FileSystemId") && found.length === 0) throw noFileSystem(must(fields.text("FileSystemId")));
      return {
        FileSystems: { FileSystem: found.map((one) => systemOut(world, one)) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ModifyFileSystem({ fields, world }) {
      const system = world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem);
      system.description = fields.text("Description") ?? system.description;
    },
    DeleteFileSystem({ fields, world }) {
      const system = world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem);
      if (world.nas.mountTargets.find((target) => target.fileSystemId === system.id))
        throw inUse("InvalidFileSystem.MountTargetExist", "The file system still has mount targets.");
      world.nas.fileSystems.remove(system.id);
    },
    EnableRecycleBin({ fields, world }) {
      world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem).recycleBin =
        fields.number("ReservedDays") ?? 3;
    },
    UpdateRecycleBinAttribute({ fields, world }) {
      world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem).recycleBin =
        fields.number("ReservedDays") ?? 3;
    },
    DisableAndCleanRecycleBin({ fields, world }) {
      delete world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem).recycleBin;
    },
    GetRecycleBinAttribute({ fields, world }) {
      const days = world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem).recycleBin;
      return {
        RecycleBinAttribute:
          days === undefined
            ? { Status: "Disable", ReservedDays: 0, Size: 0, SecondarySize: 0, EnableTime: "" }
            : { Status: "Enable", ReservedDays: days, Size: 0, SecondarySize: 0, EnableTime: world.stamp() },
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
        name: fields.text("AccessGroupName") ?? "",
        type: fields.text("AccessGroupType") ?? "Vpc",
        fileSystemType: fields.text("FileSystemType") ?? "standard",
        description: fields.text("Description") ?? "",
        created: world.stamp(),
      });
      return { AccessGroupName: fields.text("AccessGroupName") };
    },
    DescribeAccessGroups({ fields, world }) {
      const found = world.nas.accessGroups.where(
        (group) =>
          group.name === (fields.text("AccessGroupName") ?? group.name) &&
          group.fileSystemType === (fields.text("FileSystemType") ?? "standard"),
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
      const group = world.nas.accessGroups.must(groupId(fields), noAccessGroup);
      group.description = fields.text("Description") ?? group.description;
    },
    DeleteAccessGroup({ fields, world }) {
      const group = world.nas.accessGroups.must(groupId(fields), noAccessGroup);
      if (world.nas.mountTargets.find((target) => target.accessGroup === group.name))
        throw inUse("InvalidAccessGroup.AttachedMountTarget", "Mount targets still name the access group.");
      for (const rule of world.nas.accessRules.where((one) => one.groupId === group.id))
        world.nas.accessRules.remove(rule.id);
      world.nas.accessGroups.remove(group.id);
    },
    CreateAccessRule({ fields, world }) {
      const group = world.nas.accessGroups.must(groupId(fields), noAccessGroup);
      const id = world.number(5);
      world.nas.accessRules.put(id, {
        id,
        groupId: group.id,
        sourceCidr: fields.text("SourceCidrIp") ?? "",
        access: fields.text("RWAccessType") ?? "RDWR",
        user: fields.text("UserAccessType") ?? "no_squash",
        priority: fields.number("Priority") ?? 1,
      });
      return { AccessRuleId: id };
    },
    DescribeAccessRules({ fields, world }) {
      const group = world.nas.accessGroups.must(groupId(fields), noAccessGroup);
      const found = world.nas.accessRules.where(
        (rule) => rule.groupId === group.id && rule.id === (fields.text("AccessRuleId") ?? rule.id),
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
      const rule = world.nas.accessRules.must(fields.text("AccessRuleId"), noAccessRule);
      Object.assign(rule, {
        sourceCidr: fields.text("SourceCidrIp") ?? rule.sourceCidr,
        access: fields.text("RWAccessType") ?? rule.access,
        user: fields.text("UserAccessType") ?? rule.user,
        priority: fields.number("Priority") ?? rule.priority,
      });
    },
    DeleteAccessRule({ fields, world }) {
      world.nas.accessRules.must(fields.text("AccessRuleId"), noAccessRule);
      world.nas.accessRules.remove(must(fields.text("AccessRuleId")));
    },
    CreateMountTarget({ fields, world }) {
      const system = world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem);
      const vSwitch = world.network.vSwitches.must(fields.text("VSwitchId"), (missing) =>
        notFound("InvalidVSwitchId.NotFound", missing),
      );
      const accessGroup = fields.text("AccessGroupName") ?? "DEFAULT_VPC_GROUP_NAME";
      if (accessGroup !== "DEFAULT_VPC_GROUP_NAME")
        world.nas.accessGroups.must(`${accessGroup}:${system.type}`, noAccessGroup);
      const domain = `${system.id}-${world.id("", "", 3).slice(3)}.${world.region}.nas.aliyuncs.com`;
      const target = world.nas.mountTargets.put(domain, {
        domain,
        fileSystemId: system.id,
        accessGroup,
        vpcId: vSwitch.vpcId,
        vSwitchId: vSwitch.id,
        status: "Pending",
        tags: new Map(),
      });
      world.later(world.pace.transition, () => (target.status = "Active"));
      return { MountTargetDomain: domain, MountTargetExtra: {} };
    },
    DescribeMountTargets({ fields, world }) {
      const system = world.nas.fileSystems.must(fields.text("FileSystemId"), noFileSystem);
      const found = world.nas.mountTargets.where(
        (target) =>
          target.fileSystemId === system.id && target.domain === (fields.text("MountTargetDomain") ?? target.domain),
      );
      if (fields.text("MountTargetDomain") && found.length === 0)
        throw noMountTarget(must(fields.text("MountTargetDomain")));
      return {
        MountTargets: { MountTarget: found.map(targetOut) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ModifyMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.must(fields.text("MountTargetDomain"), noMountTarget);
      target.accessGroup = fields.text("AccessGroupName") ?? target.accessGroup;
    },
    DeleteMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.must(fields.text("MountTargetDomain"), noMountTarget);
      target.status = "Deleting";
      world.later(world.pace.transition, () => world.nas.mountTargets.remove(target.domain));
    },
    ...tagActions((world, id) => world.nas.fileSystems.get(id) ?? world.nas.mountTargets.get(id)),
  },
};

function targetOut(target: MountTarget) {
  return {
    MountTargetDomain: target.domain,
    AccessGroup: target.accessGroup,
    NetworkType: "Vpc",
    VpcId: target.vpcId,
    VswId: target.vSwitchId,
    Status: target.status,
  };
}

function systemOut(world: World, system: FileSystem) {
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
    Tags: { Tag: tagsOut(system.tags) },
    MountTargets: {
      MountTarget: world.nas.mountTargets
        .where((target) => target.fileSystemId === system.id)
        .map((target) => ({ MountTargetDomain: target.domain })),
    },
    Packages: { Package: [] },
  };
}
