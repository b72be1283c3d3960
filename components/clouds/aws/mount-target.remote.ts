import { randomBytes } from "node:crypto";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateMountTargetCommand, EFSClient, ModifyMountTargetSecurityGroupsCommand } from "@aws-sdk/client-efs";
import { sleep } from "../../clock.remote";
import type { Created, Refreshed, Updated } from "../../remote";
import { clientSettings } from "./clients.remote";
import { inTurn, leave, mountTargetsOf, setUsers, settled, usersOf } from "./mount-target-users.remote";

/** The inputs of a mount target. */
export interface Inputs {
  readonly region: string;
  /** The file system's id. */
  readonly fileSystem: string;
  /** The id of the subnet whose instances mount the file system. */
  readonly subnet: string;
  /** The id of the mount target's security group. */
  readonly securityGroup: string;
}

/** The outputs of a mount target. */
export interface Outputs extends Inputs {
  /** The name of the subnet's zone. */
  readonly zone: string;
  /** The resource's own id, by which the next update knows that the state has it. */
  readonly member: string;
}

/**
 * The name of a new mount target is not resolved at once, and what mounts it too early does not start.
 * https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
 */
const resolvedAfterSeconds = 90;

/**
 * Has a mount target in the subnet's zone. AWS allows one in each zone, which serves every subnet there, so one that another
 * subnet's instances use is shared with them.
 */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { region, fileSystem, subnet, securityGroup } = inputs;
  const zone = await zoneOf(region, subnet);
  // Another one each time: a replacement of this resource must not be deleted with what it replaces.
  const user = `${subnet}:${randomBytes(3).toString("hex")}`;
  const isNew = await inTurn(inputs, async (client) => {
    await setUsers(client, { fileSystem, zone }, (users) => [...users, user]);
    const existing = await settled(client, { fileSystem, zone });
    if (existing === undefined)
      await client.send(
        new CreateMountTargetCommand({ FileSystemId: fileSystem, SubnetId: subnet, SecurityGroups: [securityGroup] }),
      );
    else await secure(client, existing, securityGroup);
    if ((await settled(client, { fileSystem, zone })) === undefined)
      throw new Error(`the mount target of ${fileSystem} in ${zone} has been deleted meanwhile`);
    return existing === undefined;
  });
  if (isNew) await sleep(resolvedAfterSeconds * 1000);
  const id = `${fileSystem}/${user}`;
  return { id, outs: { ...inputs, zone, member: id } };
}

/** Gives the mount target another security group. */
export async function update(_id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  const zone = before.zone ?? (await zoneOf(inputs.region, inputs.subnet));
  await inTurn(inputs, async (client) => {
    const existing = await settled(client, { fileSystem: inputs.fileSystem, zone });
    if (existing !== undefined) await secure(client, existing, inputs.securityGroup);
  });
  return { outs: { ...inputs, zone, member: before.member ?? "" } };
}

/** Finds out whether the zone has a mount target that the subnet's instances use. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, fileSystem, zone } = outputs;
  if (region === undefined || fileSystem === undefined || zone === undefined) return { id, props: outputs };
  const client = new EFSClient(clientSettings(region, "efs"));
  const targets = (await mountTargetsOf(client, fileSystem)).filter((one) => one.AvailabilityZoneName === zone);
  const users = targets.length === 0 ? [] : await usersOf(client, { fileSystem, zone });
  return users.includes(userIn(id)) ? { id, props: outputs } : {};
}

/** Deletes the mount target once no other subnet's instances use it. */
async function remove(id: string, { region, fileSystem, zone }: Partial<Outputs>): Promise<void> {
  if (region === undefined || fileSystem === undefined || zone === undefined) return;
  await leave(region, { fileSystem, zone }, userIn(id));
}

export { remove as delete };

async function secure(client: EFSClient, target: string, securityGroup: string): Promise<void> {
  await client.send(
    new ModifyMountTargetSecurityGroupsCommand({ MountTargetId: target, SecurityGroups: [securityGroup] }),
  );
}

async function zoneOf(region: string, subnet: string): Promise<string> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  const { Subnets: [found] = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
  if (found?.AvailabilityZone === undefined) throw new Error(`the subnet ${subnet} does not exist`);
  return found.AvailabilityZone;
}

function userIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
