import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound } from "../../refusal";
import type { World } from "../../world";
import { page } from "../listing";
import { requireRoom } from "../quota";
import type { Vpc } from "./records";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

/** The refusal for an unknown VPC. */
export const noVpc = (id: string) => notFound("InvalidVpcID.NotFound", id);

/** VPCs. */
export const vpcs: ActionGroup = {
  service: "vpc",
  actions: {
    CreateVpc({ fields, world }) {
      requireRoom(world, "vpcs", world.network.vpcs.size);
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
        tags: sentTags(fields),
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
      const found = world.network.vpcs.where(
        (vpc) => (!wanted || wanted.includes(vpc.id)) && acceptsTags(world, fields, vpc),
      );
      return {
        Vpcs: {
          Vpc: found.map((vpc) => ({
            ...vpcResponse(world, vpc),
            RouterTableIds: { RouterTableIds: [vpc.routeTableId] },
          })),
        },
        ...page(found.length, 50),
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
      const isManaged = [...world.managedGroups.values()].some(({ vpcId }) => vpcId === vpc.id);
      if (isManaged || securityGroups.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.SecurityGroup", "Specified object has dependent resources (SecurityGroup).");
      if (natGateways.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.NatGateway", "Specified object has dependent resources (NatGateway).");
      if (world.network.routeTables.find((other) => other.vpcId === vpc.id))
        throw inUse("DependencyViolation.RouteTable", "Specified object has dependent resources (RouteTable).");
      world.network.vpcs.remove(vpc.id);
    },
  },
};

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
