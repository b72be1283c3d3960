import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { zonesOf } from "../alb/records";
import { page } from "../listing";
import { isWithin, overlap, rangeOf } from "./cidr";
import type { VSwitch, Vpc } from "./records";
import { noVpc } from "./vpc";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

const noVSwitch = (id: string) => notFound("InvalidVswitchID.NotFound", id);

/** vSwitches: the subnets of a VPC. */
export const vSwitches: ActionGroup = {
  service: "vpc",
  actions: {
    CreateVSwitch({ fields, world }) {
      const vpc = world.network.vpcs.require(fields.string("VpcId"), noVpc);
      if (vpc.status !== "Available")
        throw new Refusal("IncorrectVpcStatus", "Current VPC status does not support this operation.");
      const cidr = fields.string("CidrBlock") ?? "";
      validateRange(world, vpc, cidr);
      if (!isZone(world, fields.string("ZoneId") ?? ""))
        throw new Refusal("InvalidZoneId.NotFound", 'Specified value of "ZoneId" is not exists.', 404);
      const id = world.newId("vsw");
      const vSwitch = world.network.vSwitches.put(id, {
        id,
        vpcId: vpc.id,
        zoneId: fields.string("ZoneId") ?? "",
        cidr,
        name: fields.string("VSwitchName") ?? "",
        description: fields.string("Description") ?? "",
        status: "Pending",
        created: world.timestamp(),
        tags: sentTags(fields),
      });
      world.schedule(world.delays.transition, () => (vSwitch.status = "Available"));
      return { VSwitchId: id };
    },
    DescribeVSwitchAttributes: ({ fields, world }) =>
      vSwitchResponse(world, world.network.vSwitches.require(fields.string("VSwitchId"), noVSwitch)),
    DescribeVSwitches({ fields, world }) {
      const found = world.network.vSwitches.where(
        (one) =>
          one.id === (fields.string("VSwitchId") ?? one.id) &&
          one.vpcId === (fields.string("VpcId") ?? one.vpcId) &&
          acceptsTags(world, fields, one),
      );
      return {
        VSwitches: { VSwitch: found.map((one) => vSwitchResponse(world, one)) },
        ...page(found.length, 50),
      };
    },
    ModifyVSwitchAttribute({ fields, world }) {
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), noVSwitch);
      vSwitch.name = fields.string("VSwitchName") ?? vSwitch.name;
      vSwitch.description = fields.string("Description") ?? vSwitch.description;
    },
    DeleteVSwitch({ fields, world }) {
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), noVSwitch);
      const user = dependentOf(world, vSwitch.id);
      if (user) throw inUse("DependencyViolation", `Specified object has dependent resources: ${user}.`);
      world.network.vSwitches.remove(vSwitch.id);
    },
  },
};

/**
 * A vSwitch's range has 16 to 29 fixed bits, is within the VPC's, and overlaps no other vSwitch's:
 * https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvswitch
 */
function validateRange(world: World, vpc: Vpc, cidr: string): void {
  const range = rangeOf(cidr);
  const outer = rangeOf(vpc.cidr);
  if (!range || range.prefix < 16 || range.prefix > 29 || !outer || !isWithin(range, outer))
    throw new Refusal("InvalidCidrBlock", "Specified CIDR block is not valid.");
  for (const other of world.network.vSwitches.where(({ vpcId }) => vpcId === vpc.id)) {
    const taken = rangeOf(other.cidr);
    if (taken && overlap(range, taken))
      throw new Refusal("InvalidCidrBlock.Overlapped", `CidrBlock ${cidr} overlaps with ${other.id}: ${other.cidr}.`);
  }
}

/** Zones are named cn-hangzhou-g within China, ap-southeast-1c elsewhere. */
function isZone({ region, zones }: World, id: string): boolean {
  const separator = region.startsWith("cn-") ? "-" : "";
  const letter = id.slice(-1);
  return id === `${region}${separator}${letter}` && /^[a-z]$/.test(letter) && (!zones || zones.includes(letter));
}

/** A resource in a vSwitch, if any; a vSwitch in use cannot be deleted. */
function dependentOf(world: World, id: string): string | undefined {
  const { network, balancing, scaling, nas } = world;
  return (
    network.natGateways.find((nat) => nat.vSwitchId === id)?.id ??
    network.snatEntries.find((entry) => entry.sourceVSwitchId === id)?.id ??
    network.routeTables.find((table) => table.vSwitchIds.includes(id))?.id ??
    balancing.loadBalancers.find((balancer) => zonesOf(balancer).some((zone) => zone.vSwitchId === id))?.id ??
    [...world.managedGroups].find(([, { vSwitchIds }]) => vSwitchIds.includes(id))?.[0] ??
    scaling.instances.find((instance) => instance.vSwitchId === id)?.id ??
    world.machines.tables.machines.find((machine) => machine.vSwitchId === id)?.id ??
    nas.mountTargets.find((target) => target.vSwitchId === id)?.domain ??
    world.registries.tables.registryLinks.find((link) => link.vSwitchId === id)?.instanceId
  );
}

function vSwitchResponse(world: World, one: VSwitch) {
  const vpc = world.network.vpcs.get(one.vpcId);
  return {
    VSwitchId: one.id,
    VpcId: one.vpcId,
    Status: one.status,
    CidrBlock: one.cidr,
    ZoneId: one.zoneId,
    VSwitchName: one.name,
    Description: one.description,
    CreationTime: one.created,
    IsDefault: false,
    AvailableIpAddressCount: one.freeAddresses ?? 2 ** (32 - Number(one.cidr.split("/")[1])) - 4,
    ResourceGroupId: "rg-acfmdefault",
    Ipv6CidrBlock: "",
    RouteTable: { RouteTableId: vpc?.routeTableId, RouteTableType: "System" },
    NetworkAclId: "",
    OwnerId: Number(world.accountId),
    ShareType: "",
    Tags: { Tag: tagsResponse(one.tags) },
  };
}
