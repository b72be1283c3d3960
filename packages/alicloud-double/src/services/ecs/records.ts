import { Table } from "../../table";

/** An ECS instance that no scaling group has started. */
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
  /** Whether its Cloud Assistant agent responds. */
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

/** An image of the account. */
export interface MachineImage {
  id: string;
  name: string;
  family: string;
  description: string;
  status: "Creating" | "Available" | "CreateFailed";
  sizeGiB: number;
  encrypted: boolean;
  /** Whether its system works where metadata requires session tokens: v2. That of an imported image or a snapshot is v1. */
  imdsSupport: "v1" | "v2";
  /** Whether every account may use it; default no. */
  isPublic?: boolean;
  snapshotId: string;
  sourceInstanceId: string;
  created: string;
  tags: Map<string, string>;
}

/** A snapshot of the disk from which an image was created. */
export interface Snapshot {
  id: string;
  encrypted: boolean;
  created: string;
  tags: Map<string, string>;
}

/** A command on an instance, and its result. */
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

/** The result of a command. */
export interface CommandResult {
  exitCode: number;
  /** Default empty. */
  output?: string;
  /** How long the command runs; default as long as a transition. */
  milliseconds?: number;
}

/** A reason for which the cloud launches no instance: its code, and a sentence. */
export interface LaunchProblem {
  code: string;
  message: string;
}

/** ECS instances, images and commands, and what a test may decide about them. */
export interface Machines {
  readonly tables: {
    readonly machines: Table<Machine>;
    readonly images: Table<MachineImage>;
    readonly snapshots: Table<Snapshot>;
  };
  readonly invocations: Table<Invocation>;
  /** Decides the result of a command; by default it succeeds. */
  resultOf: (command: { name: string; script: string; machine: Machine }) => CommandResult | Promise<CommandResult>;
  /** Decides whether the creation of an image from an instance succeeds; by default it does. */
  imageSucceeds: (machine: Machine) => boolean;
  /** Decides whether an instance type is out of stock in a zone; by default none is. */
  soldOut: (type: string, zoneId: string) => boolean;
  /** Decides whether a zone offers no disks of a category, such as cloud_essd; by default each offers all. */
  lacksDisks: (category: string, zoneId: string) => boolean;
  /** Decides whether container groups of a size are out of stock in a zone; by default none is. */
  lacksContainers: (size: { cpu: number; memoryGiB: number }, zoneId: string) => boolean;
}

/** Tables without resources. */
export function newMachines(): Machines {
  return {
    tables: { machines: new Table<Machine>(), images: new Table<MachineImage>(), snapshots: new Table<Snapshot>() },
    invocations: new Table<Invocation>(),
    resultOf: () => ({ exitCode: 0 }),
    imageSucceeds: () => true,
    soldOut: () => false,
    lacksDisks: () => false,
    lacksContainers: () => false,
  };
}

/** Whether an id is that of a public Debian image, which is named after its file and has 20 GiB. */
export function isPublicImage(id: string): boolean {
  return /^debian_[a-z0-9_]+_20G_alibase_\d{8}\.vhd$/.test(id);
}
