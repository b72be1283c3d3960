import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import type { World } from "../../world";
import { page } from "../listing";
import { acceptsTags, sentTags, tagActions, tagsResponse } from "../tagging";
import type { FileSystem } from "./records";

/** NAS's refusal for an unknown file system. */
export const noFileSystem = (id: string) => notFound("InvalidFileSystem.NotFound", id);

/** File systems. */
export const fileSystems: ActionGroup = {
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
        // Root's, as on any new NFS file system; the mode that NAS gives it is not documented.
        folders: new Map([["/", { user: 0, group: 0, mode: 0o755 }]]),
        tags: sentTags(fields),
      });
      world.schedule(world.delays.transition, () => (system.status = "Running"));
      return { FileSystemId: id };
    },
    DescribeFileSystems({ fields, world }) {
      const found = world.nas.fileSystems.where(
        (one) => one.id === (fields.string("FileSystemId") ?? one.id) && acceptsTags(world, fields, one),
      );
      if (fields.string("FileSystemId") && found.length === 0)
        throw noFileSystem(assertDefined(fields.string("FileSystemId")));
      return {
        FileSystems: { FileSystem: found.map((one) => fileSystemResponse(world, one)) },
        ...page(found.length),
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
      world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin = {
        days: fields.number("ReservedDays") ?? 3,
        enabled: world.timestamp(),
      };
    },
    UpdateRecycleBinAttribute({ fields, world }) {
      const bin = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin;
      if (!bin) throw new Refusal("OperationDenied.RecycleBinDisabled", "The recycle bin is not enabled.");
      bin.days = fields.number("ReservedDays") ?? bin.days;
    },
    DisableAndCleanRecycleBin({ fields, world }) {
      delete world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin;
    },
    GetRecycleBinAttribute({ fields, world }) {
      const bin = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem).recycleBin;
      return {
        RecycleBinAttribute:
          bin === undefined
            ? { Status: "Disable", ReservedDays: 0, Size: 0, SecondarySize: 0, EnableTime: "" }
            : { Status: "Enable", ReservedDays: bin.days, Size: 0, SecondarySize: 0, EnableTime: bin.enabled },
      };
    },
    DescribeNfsAcl: () => ({ Acl: { Enabled: false } }),
    DescribeSmbAcl: () => ({ Acl: { Enabled: false } }),
    ...tagActions(({ nas }) => ({ filesystem: nas.fileSystems })),
  },
};

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
