/** What an interrupted update has left of a shared file system. The file system itself is never touched. */
import {
  DeleteAccessPointCommand,
  DescribeAccessPointsCommand,
  EFSClient,
  type FileSystemDescription,
  paginateDescribeFileSystems,
} from "@aws-sdk/client-efs";
import { ownerTag } from "../tag-keys";
import { clientSettings } from "./clients.remote";
import type { Leftover, Own } from "./leftover.remote";
import { allUsersOf, leave } from "./mount-target-users.remote";

async function ownFileSystems(client: EFSClient, { owner }: Own): Promise<FileSystemDescription[]> {
  const found: FileSystemDescription[] = [];
  for await (const { FileSystems: page = [] } of paginateDescribeFileSystems({ client }, {}))
    found.push(...page.filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === ownerTag && Value === owner)));
  return found;
}

/** Mount targets, each with the last of its users. */
export async function mountTargets(own: Own): Promise<readonly Leftover[]> {
  const { region, recorded } = own;
  const client = new EFSClient(clientSettings(region, "efs"));
  const found: Leftover[] = [];
  for (const { FileSystemId: fileSystem = "" } of await ownFileSystems(client, own))
    for (const [zone, users] of await allUsersOf(client, fileSystem))
      for (const user of users)
        if (!recorded.has(`${fileSystem}/${user}`))
          found.push({
            what: `the mount target of ${fileSystem} in ${zone} for ${user}`,
            remove: () => leave(region, { fileSystem, zone }, user),
          });
  return found;
}

/** Access points. */
export async function accessPoints(own: Own): Promise<readonly Leftover[]> {
  const client = new EFSClient(clientSettings(own.region, "efs"));
  const found: Leftover[] = [];
  for (const { FileSystemId } of await ownFileSystems(client, own)) {
    const { AccessPoints: page = [] } = await client.send(new DescribeAccessPointsCommand({ FileSystemId }));
    for (const { AccessPointId: id } of page)
      if (id !== undefined && !own.recorded.has(id))
        found.push({
          what: `the access point ${id}`,
          remove: () => client.send(new DeleteAccessPointCommand({ AccessPointId: id })),
        });
  }
  return found;
}
