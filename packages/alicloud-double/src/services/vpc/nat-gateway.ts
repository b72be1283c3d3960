import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { NatGateway } from "./records";
import { page } from "../listing";
import { requireRoom } from "../quota";
import { requireServiceLinkedRole } from "../resourcemanager";
import { acceptsTags, sentTags } from "../tagging";

const noNatGateway = (id: string) => notFound("InvalidNatGatewayId.NotFound", id);

/** NAT gateways, and the deletion protection of addresses too. */
export const natGateways: ActionGroup = {
  service: "vpc",
  actions: {
    CreateNatGateway({ fields, world }) {
      const id = world.newId("ngw");
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), "InvalidVSwitchId.NotFound");
      if (vSwitch.vpcId !== fields.string("VpcId"))
        throw new Refusal("InvalidVpcId.NotMatch", "The vSwitch is not in the VPC.");
      if (vSwitch.status !== "Available") throw new Refusal("IncorrectStatus.VSWITCH", "The vSwitch is being created.");
      const others = world.network.natGateways.where(({ vpcId }) => vpcId === vSwitch.vpcId);
      requireRoom(world, "natGateways", others.length);
      requireServiceLinkedRole(world, "nat.aliyuncs.com");
      const gateway = world.network.natGateways.put(id, {
        id,
        vpcId: vSwitch.vpcId,
        vSwitchId: vSwitch.id,
        name: fields.string("Name") ?? "",
        description: fields.string("Description") ?? "",
        status: "Creating",
        snatTableId: world.newId("stb"),
        forwardTableId: world.newId("ftb"),
        settings: fields.pick(
          "EipBindMode",
          "IcmpReplyEnabled",
          "InternetChargeType",
          "NatType",
          "NetworkType",
          "PrivateLinkEnabled",
        ),
        deletionProtection: false,
        created: world.timestamp(),
        tags: sentTags(fields),
      });
      world.schedule(world.delays.transition, () => {
        gateway.status = "Available";
        // The first gateway of a VPC gets the default route of its system table.
        const vpc = world.network.vpcs.get(gateway.vpcId);
        if (vpc) vpc.defaultGateway ??= gateway.id;
      });
      return {
        NatGatewayId: id,
        SnatTableIds: { SnatTableId: [gateway.snatTableId] },
        ForwardTableIds: { ForwardTableId: [gateway.forwardTableId] },
      };
    },
    DescribeNatGateways({ fields, world }) {
      const found = world.network.natGateways.where(
        (one) =>
          one.id === (fields.string("NatGatewayId") ?? one.id) &&
          one.vpcId === (fields.string("VpcId") ?? one.vpcId) &&
          acceptsTags(world, fields, one),
      );
      const addresses = (gateway: NatGateway) =>
        world.network.eips
          .where((eip) => eip.boundTo === gateway.id)
          .map((eip) => ({
            AllocationId: eip.id,
            IpAddress: eip.address,
            SnatEntryEnabled: true,
            UsingStatus: "UsedBySnatTable",
          }));
      return {
        NatGateways: {
          NatGateway: found.map((one) => ({
            NatGatewayId: one.id,
            Name: one.name,
            Description: one.description,
            VpcId: one.vpcId,
            RegionId: world.region,
            Status: one.status,
            Spec: "",
            InstanceChargeType: "PostPaid",
            InternetChargeType: "PayByLcu",
            NatType: "Enhanced",
            NetworkType: "internet",
            EipBindMode: "MULTI_BINDED",
            IcmpReplyEnabled: true,
            PrivateLinkEnabled: false,
            ...one.settings,
            DeletionProtection: one.deletionProtection,
            CreationTime: one.created,
            BusinessStatus: "Normal",
            ResourceGroupId: "rg-acfmdefault",
            IpLists: { IpList: addresses(one) },
            SnatTableIds: { SnatTableId: [one.snatTableId] },
            ForwardTableIds: { ForwardTableId: [one.forwardTableId] },
            FullNatTableIds: { FullNatTableId: [] },
            NatGatewayPrivateInfo: {
              VswitchId: one.vSwitchId,
              IzNo: world.network.vSwitches.get(one.vSwitchId)?.zoneId,
              PrivateIpAddress: "10.0.0.253",
            },
          })),
        },
        ...page(found.length),
      };
    },
    ModifyNatGatewayAttribute({ fields, world }) {
      const gateway = world.network.natGateways.require(fields.string("NatGatewayId"), noNatGateway);
      gateway.name = fields.string("Name") ?? gateway.name;
      gateway.description = fields.string("Description") ?? gateway.description;
      Object.assign(gateway.settings, fields.pick("EipBindMode", "IcmpReplyEnabled"));
    },
    DeletionProtection({ fields, world }) {
      const id = fields.string("InstanceId") ?? "";
      const protectable = world.network.natGateways.get(id) ?? world.network.eips.get(id);
      if (!protectable) throw notFound("InvalidInstanceId.NotFound", id);
      protectable.deletionProtection = fields.boolean("ProtectionEnable") ?? false;
    },
    DeleteNatGateway({ fields, world }) {
      const gateway = world.network.natGateways.require(fields.string("NatGatewayId"), noNatGateway);
      if (gateway.deletionProtection)
        throw inUse("OperationDenied.DeletionProtection", "The NAT gateway is protected from deletion.");
      if (!fields.boolean("Force")) {
        if (world.network.eips.find((eip) => eip.boundTo === gateway.id))
          throw inUse("DependencyViolation.EIPS", "Some EIPs are associated with the NAT gateway.");
        if (world.network.snatEntries.find((entry) => entry.tableId === gateway.snatTableId))
          throw inUse("DependencyViolation.SnatEntry", "The NAT gateway has SNAT entries.");
      }
      if (world.network.routeEntries.find((entry) => entry.nextHopId === gateway.id))
        throw inUse("DependencyViolation.RouteEntry", "A route leads to the NAT gateway.");
      gateway.status = "Deleting";
      world.schedule(world.delays.transition, () => {
        world.network.natGateways.remove(gateway.id);
        for (const entry of world.network.snatEntries.where((one) => one.tableId === gateway.snatTableId))
          world.network.snatEntries.remove(entry.id);
        for (const eip of world.network.eips.where((one) => one.boundTo === gateway.id)) {
          eip.status = "Available";
          delete eip.boundTo;
          delete eip.boundType;
        }
        // Another gateway does not take the system table's route over.
        const vpc = world.network.vpcs.get(gateway.vpcId);
        if (vpc?.defaultGateway === gateway.id) delete vpc.defaultGateway;
      });
    },
  },
};
