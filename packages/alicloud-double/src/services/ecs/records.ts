import { Table } from "../../table";
import type { World } from "../../world";

/** An instance that was started by itself and not by a scaling group. */
export interface Machine {
  id: string;
  name: string;
  imageId: string;
  type: string;
  vSwitchId: string;
  zoneId: string;
  securityGroupId: string;
  roleName: string;
  status: "Pending" | "Starting" | "Running" | "Stopping" | "Stopped";
  /** Whether its Cloud Assistant answers. */
  agentOnline: boolean;
  publicIp: string;
  autoRelease: string;
  sizeGiB: number;
  encrypted: boolean;
  httpTokens: string;
  keyPair: string;
  created: string;
  tags: Map<string, string>;
}

/** A machine image of the account. */
export interface MachineImage {
  id: string;
  name: string;
  family: string;
  description: string;
  status: "Creating" | "Available" | "CreateFailed";
  sizeGiB: number;
  encrypted: boolean;
  snapshotId: string;
  sourceInstanceId: string;
  created: string;
  tags: Map<string, string>;
}

/** What stays of a disk when an image is made. */
export interface Snapshot {
  id: string;
  encrypted: boolean;
  created: string;
  tags: Map<string, string>;
}

/** A command that an instance was told, and how far it is. */
export interface Invocation {
  id: string;
  commandId: string;
  machineId: string;
  name: string;
  script: string;
  status: "Running" | "Success" | "Failed" | "Timeout";
  exitCode: number;
  output: string;
  started: string;
  finished: string;
}

/** What becomes of a command: how it ends, and after how many milliseconds (as long as a transition when left out). */
export interface CommandResult {
  exitCode: number;
  output?: string;
  milliseconds?: number;
}

/** Instances, images and commands, and what a test may decide about them. */
export interface Machines {
  readonly shelves: {
    readonly machines: Table<Machine>;
    readonly images: Table<MachineImage>;
    readonly snapshots: Table<Snapshot>;
  };
  readonly invocations: Table<Invocation>;
  /** Decides how a command ends. */
  endOf: (command: { name: string; script: string; machine: Machine }) => CommandResult | Promise<CommandResult>;
  /** Decides whether an image can be made of an instance. */
  imageSucceeds: (machine: Machine) => boolean;
  /** The zones that have none of an instance type. */
  soldOut: (type: string, zoneId: string) => boolean;
}

/** A cloud without any; everything succeeds. */
export function newMachines(): Machines {
  return {
    shelves: { machines: new Table<Machine>(), images: new Table<MachineImage>(), snapshots: new Table<Snapshot>() },
    invocations: new Table<Invocation>(),
    endOf: () => ({ exitCode: 0 }),
    imageSucceeds: () => true,
    soldOut: () => false,
  };
}

/** What of these an id stands for, to have tags put on it. */
export function findTagged(world: World, id: string): { tags: Map<string, string> } | undefined {
  const { machines, images, snapshots } = world.machines.shelves;
  return machines.get(id) ?? images.get(id) ?? snapshots.get(id);
}

/** Whether something bears all the tags that were asked for. */
export function hasTags({ tags }: { tags: ReadonlyMap<string, string> }, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => tags.get(key) === value);
}

/** One of the cloud's own images of Debian: they are named by their file, and have 20 GiB. */
export function isPublicImage(id: string): boolean {
  return /^debian_[a-z0-9_]+_20G_alibase_\d{8}\.vhd$/.test(id);
}
