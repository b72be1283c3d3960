/**
 * The mount targets of a file system, one in each zone, and which subnets' instances use them. A mount target has no
 * tags, so a tag of the file system has its users, one tag for each zone.
 */
import {
  DeleteMountTargetCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  ListTagsForResourceCommand,
  type MountTargetDescription,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-efs";
import { now, sleep } from "../../clock.remote";
import { ownerTag } from "../tag-keys";
import { clientSettings, isError, tagMap } from "./clients.remote";

/** A zone of a file system. */
export interface Zone {
  /** The file system's id. */
  readonly fileSystem: string;
  /** The zone's name, such as us-east-1a. */
  readonly zone: string;
}

/** Seconds within which a mount target has to be available, or gone, and between two attempts. */
const wait = { within: 600, interval: 5 } as const;

const prefix = `${ownerTag}:mount:`;

/** The mount targets of a file system; none where it does not exist. */
export async function mountTargetsOf(client: EFSClient, fileSystem: string): Promise<MountTargetDescription[]> {
  try {
    const { MountTargets: found = [] } = await client.send(
      new DescribeMountTargetsCommand({ FileSystemId: fileSystem }),
    );
    return found;
  } catch (error) {
    if (isError(error, "FileSystemNotFound")) return [];
    throw error;
  }
}

/** The users of a zone's mount target. */
export async function usersOf(client: EFSClient, { fileSystem, zone }: Zone): Promise<string[]> {
  return (await allUsersOf(client, fileSystem)).get(zone) ?? [];
}

/** The users of a file system's mount targets, by zone. */
export async function allUsersOf(client: EFSClient, fileSystem: string): Promise<Map<string, string[]>> {
  try {
    const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceId: fileSystem }));
    const ours = Object.entries(tagMap(Tags)).filter(([key]) => key.startsWith(prefix));
    return new Map(ours.map(([key, users]) => [key.slice(prefix.length), users.split(" ")]));
  } catch (error) {
    if (isError(error, "FileSystemNotFound")) return new Map();
    throw error;
  }
}

/** Records other users of a zone's mount target. */
export async function setUsers(
  client: EFSClient,
  { fileSystem, zone }: Zone,
  change: (users: readonly string[]) => string[],
): Promise<void> {
  const before = await usersOf(client, { fileSystem, zone });
  const users = change(before);
  const Key = `${prefix}${zone}`;
  if (users.length > 0)
    await client.send(new TagResourceCommand({ ResourceId: fileSystem, Tags: [{ Key, Value: users.join(" ") }] }));
  else if (before.length > 0) await client.send(new UntagResourceCommand({ ResourceId: fileSystem, TagKeys: [Key] }));
}

/** Takes a user off a zone's mount target, and deletes that with the last one. */
export async function leave(region: string, { fileSystem, zone }: Zone, user: string): Promise<void> {
  await inTurn({ region, fileSystem }, async (client) => {
    const others = (await usersOf(client, { fileSystem, zone })).filter((one) => one !== user);
    if (others.length === 0) {
      const existing = await settled(client, { fileSystem, zone });
      if (existing !== undefined) await client.send(new DeleteMountTargetCommand({ MountTargetId: existing }));
      // Until it is gone, its security group and its file system cannot be deleted.
      if ((await settled(client, { fileSystem, zone })) !== undefined)
        throw new Error(`the mount target of ${fileSystem} in ${zone} is not being deleted`);
    }
    // Last: an interrupted deletion is done again.
    await setUsers(client, { fileSystem, zone }, (users) => users.filter((one) => one !== user));
  });
}

/** The changes of each file system's mount targets that are under way. */
const queues = new Map<string, Promise<unknown>>();

/** Makes a change of a file system's mount targets once those before it are done. */
export function inTurn<Result>(
  { region, fileSystem }: { readonly region: string; readonly fileSystem: string },
  change: (client: EFSClient) => Promise<Result>,
): Promise<Result> {
  const previous = queues.get(fileSystem) ?? Promise.resolve();
  const next = previous.catch(() => undefined).then(() => change(new EFSClient(clientSettings(region, "efs"))));
  queues.set(fileSystem, next);
  return next;
}

/** The id of the zone's mount target once it is available; undefined without one, or once a deleted one is gone. */
export async function settled(client: EFSClient, { fileSystem, zone }: Zone): Promise<string | undefined> {
  const deadline = now() + wait.within * 1000;
  for (;;) {
    const found = (await mountTargetsOf(client, fileSystem)).find((one) => one.AvailabilityZoneName === zone);
    if (found === undefined || found.LifeCycleState === "available") return found?.MountTargetId;
    if (now() >= deadline)
      throw new Error(`the mount target of ${fileSystem} in ${zone} is ${found.LifeCycleState ?? "in no state"}`);
    await sleep(wait.interval * 1000);
  }
}
