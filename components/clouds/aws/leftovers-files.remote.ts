/** What an interrupted update has left of a shared file system. The file system itself is never touched. */
import {
  DeleteAccessPointCommand,
  DeleteMountTargetCommand,
  DescribeAccessPointsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  type FileSystemDescription,
  paginateDescribeFileSystems,
} from "@aws-sdk/client-efs";
import { ownerTag } from "../tag-keys";
import { clientSettings } from "./clients.remote";
import type { Leftover, Own } from "./leftover.remote";

async function ownFileSystems(client: EFSClient, { owner }: Own): Promise<FileSystemDescription[]> {
  const found: FileSystemDescription[] = [];
  for await (const { FileSystems: page = [] } of paginateDescribeFileSystems({ client }, {}))
    found.push(...page.filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === ownerTag && Value === owner)));
  return found;
}

/** Mount targets. */
export async function mountTargets(own: Own): Promise<readonly Leftover[]> {
  const client = new EFSClient(clientSettings(own.region));
  const found: Leftover[] = [];
  for (const { FileSystemId } of await ownFileSystems(client, own)) {
    const { MountTargets: page = [] } = await client.send(new DescribeMountTargetsCommand({ FileSystemId }));
    for (const { MountTargetId: id } of page)
      if (id !== undefined && !own.recorded.has(id))
        found.push({
          what: `the mount target ${id}`,
          remove: () => client.send(new DeleteMountTargetCommand({ MountTargetId: id })),
        });
  }
  return found;
}

/** Access points. */
export async function accessPoints(own: Own): Promise<readonly Leftover[]> {
  const client = new EFSClient(clientSettings(own.region));
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
