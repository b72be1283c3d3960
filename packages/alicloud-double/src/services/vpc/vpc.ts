import type { ActionGroup } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Vpc, VSwitch } from "./records";
import { tagActions, tagsResponse } from "../tagging";

const noVpc = (id: string) => notFound("InvalidVpcID.NotFound", id);
const noVSwitch = (id: string) => notFound("InvalidVswitchID.NotFound", id);

/** Networks and their subnets. */
export const vpcs: ActionGroup = {
  service: "vpc",
  actions: {
    CreateVpc({ fields, world }) {
      const id = world.newId("vpc");
      const vpc = world.network.vpcs.put(id, {
        id,
        name: fields.string("VpcName") ?? "",
        cidr: fields.string("CidrBlock") ?? "172.16.0.0/12",
        description: fields.string("Description") ?? "",
        status: "Pending",
        routerId: world.newId("vrt"),
        routeTableId: world.newId("vtb"),
        resourceGroupId: fields.string("ResourceGroupId") ?? "rg-acfmdefault",
        created: world.timestamp(),
        ipv6: fields.boolean("EnableIpv6") ?? false,
        userCidrs: (fields.string("UserCidr") ?? "").split(",").filter(Boolean),
        tags: fields.tags(),
      });
      world.schedule(world.delays.transition, () => (vpc.status = "Available"));
      return {
        VpcId: id,
        VRouterId: vpc.routerId,
        RouteTableId: vpc.routeTableId,
        ResourceGroupId: vpc.resourceGroupId,
      };
    },
    DescribeVpcAttribute: ({ fields, world }) =>
      vpcResponse(world, world.network.vpcs.require(fields.string("VpcId"), noVpc)),
    DescribeVpcs({ fields, world }) {
      const wanted = fields.string("VpcId")?.split(",");
      const found = world.network.vpcs.where((vpc) => !wanted || wanted.includes(vpc.id));
      return {
        Vpcs: { Vpc: found.map((vpc) => ({ ...vpcResponse(world, vpc), ...routeTable(vpc) })) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 50,
      };
    },
    ModifyVpcAttribute({ fields, world }) {
      const vpc = world.network.vpcs.require(fields.string("VpcId"), noVpc);
      vpc.name = fields.string("VpcName") ?? vpc.name;
      vpc.description = fields.string("Description") ?? vpc.description;
      vpc.ipv6 = fields.boolean("EnableIPv6") ?? vpc.ipv6;
    },
    DeleteVpc({ fields, world }) {
      const vpc = world.network.vpcs.require(fields.string("VpcId"), noVpc);
      const { vSwitches, securityGroups, natGateways } = world.network;
      if (vSwitches.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.VSwitch", "Specified object has dependent resources (VSwitch).");
      if (securityGroups.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.SecurityGroup", "Specified object has dependent resources (SecurityGroup).");
      if (natGateways.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.NatGateway", "Specified object has dependent resources (NatGateway).");
      if (world.network.routeTables.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.RouteTable", "Specified object has dependent resources (RouteTable).");
      world.network.vpcs.remove(vpc.id);
    },
    CreateVSwitch({ fields, world }) {
      const vpc = world.network.vpcs.require(fields.string("VpcId"), noVpc);
      if (vpc.status !== "Available")
        throw new Refusal("IncorrectVpcStatus", "Current VPC status does not support this operation.");
      const cidr = fields.string("CidrBlock") ?? "";
      if (world.network.vSwitches.find((other) => other.vpcId === vpc.id && other.cidr === cidr))
        throw new Refusal("InvalidCidrBlock.Overlapped", `CidrBlock ${cidr} overlaps with a vSwitch of the VPC.`);
      if (!fields.string("ZoneId")?.startsWith(world.region))
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
        tags: fields.tags(),
      });
      world.schedule(world.delays.transition, () => (vSwitch.status = "Available"));
      return { VSwitchId: id };
    },
    DescribeVSwitchAttributes: ({ fields, world }) =>
      vSwitchResponse(world, world.network.vSwitches.require(fields.string("VSwitchId"), noVSwitch)),
    DescribeVSwitches({ fields, world }) {
      const found = world.network.vSwitches.where(
        (one) =>
          one.id === (fields.string("VSwitchId") ?? one.id) && one.vpcId === (fields.string("VpcId") ?? one.vpcId),
      );
      return {
        VSwitches: { VSwitch: found.map((one) => vSwitchResponse(world, one)) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 50,
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
    ...tagActions(
      (world, id) =>
        world.network.vpcs.get(id) ??
        world.network.vSwitches.get(id) ??
        world.network.natGateways.get(id) ??
        world.network.eips.get(id) ??
        world.network.routeTables.get(id),
    ),
  },
};

/** What still lives in a vSwitch; the cloud refuses to delete one in use. */
function dependentOf(world: World, id: string): string | undefined {
  const { network, balancing, scaling, nas } = world;
  return (
    network.natGateways.find((nat) => nat.vSwitchId === id)?.id ??
    network.snatEntries.find((entry) => entry.sourceVSwitchId === id)?.id ??
    network.routeTables.find((table) => table.vSwitchIds.includes(id))?.id ??
    balancing.loadBalancers.find((balancer) => balancer.zones.some((zone) => zone.VSwitchId === id))?.id ??
    scaling.instances.find((instance) => instance.vSwitchId === id)?.id ??
    world.machines.shelves.machines.find((machine) => machine.vSwitchId === id)?.id ??
    nas.mountTargets.find((target) => target.vSwitchId === id)?.domain
  );
}

function routeTable(vpc: Vpc) {
  return {
    RouteTableId: vpc.routeTableId,
    RouteTableName: "",
    Description: "",
    CreationTime: vpc.created,
    RoutePropagationEnable: true,
  };
}

function vpcResponse(world: World, vpc: Vpc) {
  return {
    VpcId: vpc.id,
    VpcName: vpc.name,
    CidrBlock: vpc.cidr,
    Description: vpc.description,
    Status: vpc.status,
    RegionId: world.region,
    VRouterId: vpc.routerId,
    IsDefault: false,
    CreationTime: vpc.created,
    ResourceGroupId: vpc.resourceGroupId,
    EnabledIpv6: vpc.ipv6,
    Ipv6CidrBlock: "",
    DnsHostnameStatus: "DISABLED",
    Tags: { Tag: tagsResponse(vpc.tags) },
    UserCidrs: { UserCidr: vpc.userCidrs },
    SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
    Ipv6CidrBlocks: { Ipv6CidrBlock: [] },
    VSwitchIds: { VSwitchId: world.network.vSwitches.where((one) => one.vpcId === vpc.id).map((one) => one.id) },
    OwnerId: Number(world.accountId),
  };
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
    AvailableIpAddressCount: 252,
    ResourceGroupId: "rg-acfmdefault",
    Ipv6CidrBlock: "",
    RouteTable: { RouteTableId: vpc?.routeTableId, RouteTableType: "System" },
    NetworkAclId: "",
    OwnerId: Number(world.accountId),
    ShareType: "",
    Tags: { Tag: tagsResponse(one.tags) },
  };
}
