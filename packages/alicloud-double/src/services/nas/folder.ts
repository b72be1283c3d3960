import type { ActionGroup } from "../../protocol/action";
import { Refusal } from "../../refusal";
import { asText } from "../../values";
import type { World } from "../../world";
import { noFileSystem } from "./file-system";
import type { Folder, Mount } from "./records";

/**
 * Folders of file systems.
 * https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createdir
 */
export const folders: ActionGroup = {
  service: "nas",
  actions: {
    CreateDir({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      if (system.type !== "standard" || system.protocol !== "NFS")
        throw new Refusal("InvalidProtocolType.NotSupported", "The specified protocol type does not supported.", 403);
      if (system.status !== "Running")
        throw new Refusal("OperationDenied.InvalidState", "The operation is not permitted in the current state.");
      const path = fields.string("RootDirectory") ?? "";
      const mode = fields.string("Permission") ?? "";
      if (!/^(\/[A-Za-z0-9_.-]+)+$/.test(path) || path.split("/").some((name) => name === "." || name === ".."))
        throw new Refusal("InvalidParameter.RootDirectory", `The directory is invalid: ${path}.`);
      if (!/^[0-7]{3,4}$/.test(mode)) throw new Refusal("InvalidParameter.Permission", `Not an octal number: ${mode}.`);
      // The settings for a folder that exists are ignored.
      if (!system.folders.has(path))
        system.folders.set(path, {
          user: fields.number("OwnerUserId") ?? 0,
          group: fields.number("OwnerGroupId") ?? 0,
          mode: Number.parseInt(mode, 8),
        });
    },
  },
};

/** The file systems that a configuration's containers, or a launch template's user data, mount. */
export function mountsIn(settings: Readonly<Record<string, unknown>>): Mount[] {
  const volumes = (settings["Volume"] ?? []) as readonly {
    Type?: unknown;
    NFSVolume?: { Server?: unknown; Path?: unknown };
  }[];
  // The provider sends the fields of every type with each volume, empty where they are another type's.
  const ofContainers = volumes.flatMap(({ Type, NFSVolume }) =>
    Type === "NFSVolume" ? [{ server: asText(NFSVolume?.Server), path: asText(NFSVolume?.Path) }] : [],
  );
  const text = Buffer.from(asText(settings["UserData"]), "base64").toString();
  const [, server, path] = /mount -t nfs -o \S+ ([^\s:]+):(\S+) /.exec(text) ?? [];
  return server === undefined || path === undefined ? ofContainers : [...ofContainers, { server, path }];
}

/** The folder that a mount shows; undefined where the address or the folder does not exist. */
export function folderOf({ nas }: World, { server, path }: Mount): Folder | undefined {
  const target = nas.mountTargets.get(server);
  return target && nas.fileSystems.get(target.fileSystemId)?.folders.get(path);
}

/** Whether a user without other rights, in its own group, can write in a folder. */
export function isWritable({ user, group, mode }: Folder, id: number): boolean {
  if (user === id) return (mode & 0o200) !== 0;
  return (mode & (group === id ? 0o020 : 0o002)) !== 0;
}
