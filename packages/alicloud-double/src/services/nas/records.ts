import { Table } from "../../table";

/** A folder of a file system: its owner by ids, and its mode as an octal number. */
export interface Folder {
  user: number;
  group: number;
  mode: number;
}

/** A file system. */
export interface FileSystem {
  id: string;
  type: string;
  protocol: string;
  storage: string;
  description: string;
  encryptType: number;
  zoneId: string;
  status: string;
  created: string;
  recycleBin?: { days: number; enabled: string };
  settings: Record<string, unknown>;
  /** Its folders by their paths. */
  folders: Map<string, Folder>;
  tags: Map<string, string>;
}

/** An access group: a named set of access rules. */
export interface AccessGroup {
  id: string;
  name: string;
  type: string;
  fileSystemType: string;
  description: string;
  created: string;
}

/** An access rule: who may mount a file system, and how. */
export interface AccessRule {
  id: string;
  groupId: string;
  sourceCidr: string;
  access: string;
  user: string;
  priority: number;
}

/** A mount target: a file system's address in a vSwitch. */
export interface MountTarget {
  domain: string;
  fileSystemId: string;
  accessGroup: string;
  vpcId: string;
  vSwitchId: string;
  status: "Pending" | "Active" | "Inactive" | "Deleting";
  tags: Map<string, string>;
}

/** The resources of NAS. */
export type Nas = ReturnType<typeof newNas>;

/** Tables without resources. */
export function newNas() {
  return {
    fileSystems: new Table<FileSystem>(),
    accessGroups: new Table<AccessGroup>(),
    accessRules: new Table<AccessRule>(),
    mountTargets: new Table<MountTarget>(),
  };
}

/** A folder of a file system that an instance mounts: by whose address, and which one. */
export interface Mount {
  server: string;
  path: string;
}
