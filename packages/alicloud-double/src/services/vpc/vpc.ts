import type { Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Vpc, VSwitch } from "./records";
import { tagActions, tagsOut } from "../tagging";

const noVpc = (id: string) => notFound("InvalidVpcID.NotFound", id);
const noVSwitch = (id: string) => notFound("InvalidVswitchID.NotFound", id);

/** Networks and their subnets. */
export const vpcs: Service = {
  name: "vpc",
  actions: {
    CreateVpc({ fields, world }) {
      const id = world.id("vpc");
      const vpc = world.network.vpcs.put(id, {
        id,
        name: fields.text("VpcName") ?? "",
        cidr: fields.text("CidrBlock") ?? "172.16.0.0/12",
        description: fields.text("Description") ?? "",
        status: "Pending",
        routerId: world.id("vrt"),
        routeTableId: world.id("vtb"),
        resourceGroupId: fields.text("ResourceGroupId") ?? "rg-acfmdefault",
        created: world.stamp(),
        ipv6: fields.flag("EnableIpv6") ?? false,
        userCidrs: (fields.text("UserCidr") ?? "").split(",").filter(Boolean),
        tags: fields.tags(),
      });
      world.later(world.pace.transition, () => (vpc.status = "Available"));
      return {
        VpcId: id,
        VRouterId: vpc.routerId,
        RouteTableId: vpc.routeTableId,
        ResourceGroupId: vpc.resourceGroupId,
      };
    },
    DescribeVpcAttribute: ({ fields, world }) => vpcOut(world, world.network.vpcs.must(fields.text("VpcId"), noVpc)),
    DescribeVpcs({ fields, world }) {
      const wanted = fields.text("VpcId")?.split(",");
      const found = world.network.vpcs.where((vpc) => !wanted || wanted.includes(vpc.id));
      return {
        Vpcs: { Vpc: found.map((vpc) => ({ ...vpcOut(world, vpc), ...routeTable(vpc) })) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 50,
      };
    },
    ModifyVpcAttribute({ fields, world }) {
      const vpc = world.network.vpcs.must(fields.text("VpcId"), noVpc);
      vpc.name = fields.text("VpcName") ?? vpc.name;
      vpc.description = fields.text("Description") ?? vpc.description;
      vpc.ipv6 = fields.flag("EnableIPv6") ?? vpc.ipv6;
    },
    DeleteVpc({ fields, world }) {
      const vpc = world.network.vpcs.must(fields.text("VpcId"), noVpc);
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
      const vpc = world.network.vpcs.must(fields.text("VpcId"), noVpc);
      if (vpc.status !== "Available")
        throw new Refusal("IncorrectVpcStatus", "Current VPC status does not support this operation.");
      const cidr = fields.text("CidrBlock") ?? "";
      if (world.network.vSwitches.find((other) => other.vpcId === vpc.id && other.cidr === cidr))
        throw new Refusal("InvalidCidrBlock.Overlapped", `CidrBlock ${cidr} overlaps with a vSwitch of the VPC.`);
      if (!fields.text("ZoneId")?.startsWith(world.region))
        throw new Refusal("InvalidZoneId.NotFound", 'Specified value of "ZoneId" is not exists.', 404);
      const id = world.id("vsw");
      const vSwitch = world.network.vSwitches.put(id, {
        id,
        vpcId: vpc.id,
        zoneId: fields.text("ZoneId") ?? "",
        cidr,
        name: fields.text("VSwitchName") ?? "",
        description: fields.text("Description") ?? "",
        status: "Pending",
        created: world.stamp(),
        tags: fields.tags(),
      });
      world.later(world.pace.transition, () => (vSwitch.status = "Available"));
      return { VSwitchId: id };
    },
    DescribeVSwitchAttributes: ({ fields, world }) =>
      vSwitchOut(world, world.network.vSwitches.must(fields.text("VSwitchId"), noVSwitch)),
    DescribeVSwitches({ fields, world }) {
      const found = world.network.vSwitches.where(
        (one) => one.id === (fields.text("VSwitchId") ?? one.id) && one.vpcId === (fields.text("VpcId") ?? one.vpcId),
      );
      return {
        VSwitches: { VSwitch: found.map((one) => vSwitchOut(world, one)) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 50,
      };
    },
    ModifyVSwitchAttribute({ fields, world }) {
      const vSwitch = world.network.vSwitches.must(fields.text("VSwitchId"), noVSwitch);
      vSwitch.name = fields.text("VSwitchName") ?? vSwitch.name;
      vSwitch.description = fields.text("Description") ?? vSwitch.description;
    },
    DeleteVSwitch({ fields, world }) {
      const vSwitch = world.network.vSwitches.must(fields.text("VSwitchId"), noVSwitch);
      const user = userOf(world, vSwitch.id);
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
function userOf(world: World, id: string): string | undefined {
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

function vpcOut(world: World, vpc: Vpc) {
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
    Tags: { Tag: tagsOut(vpc.tags) },
    UserCidrs: { UserCidr: vpc.userCidrs },
    SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
    Ipv6CidrBlocks: { Ipv6CidrBlock: [] },
    VSwitchIds: { VSwitchId: world.network.vSwitches.where((one) => one.vpcId === vpc.id).map((one) => one.id) },
    OwnerId: Number(world.accountId),
  };
}

function vSwitchOut(world: World, one: VSwitch) {
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
    Tags: { Tag: tagsOut(one.tags) },
  };
}
