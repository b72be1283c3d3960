import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import { asText } from "../../values";
import { page } from "../listing";
import { requireRoom } from "../quota";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

const noEip = (id: string) => notFound("InvalidAllocationId.NotFound", id);

/** Elastic IP addresses. */
export const eips: ActionGroup = {
  service: "vpc",
  actions: {
    AllocateEipAddress({ fields, world }) {
      requireRoom(world, "eips", world.network.eips.size);
      const id = world.newId("eip");
      const number = world.network.eips.size + 1;
      // 203.0.113.0/24 is reserved for documentation.
      const eip = world.network.eips.put(id, {
        id,
        address: `203.0.113.${number}`,
        name: fields.string("Name") ?? "",
        description: fields.string("Description") ?? "",
        status: "Available",
        settings: fields.pick("Bandwidth", "InternetChargeType", "ISP", "Netmode"),
        deletionProtection: false,
        created: world.timestamp(),
        tags: sentTags(fields),
      });
      return { AllocationId: id, EipAddress: eip.address, ResourceGroupId: "rg-acfmdefault" };
    },
    DescribeEipAddresses({ fields, world }) {
      const found = world.network.eips.where(
        (eip) =>
          (fields.string("AllocationId") ?? eip.id).split(",").includes(eip.id) &&
          eip.boundTo === (fields.string("AssociatedInstanceId") ?? eip.boundTo) &&
          acceptsTags(world, fields, eip),
      );
      return {
        EipAddresses: {
          EipAddress: found.map((eip) => ({
            AllocationId: eip.id,
            IpAddress: eip.address,
            Name: eip.name,
            Description: eip.description,
            Status: eip.status,
            RegionId: world.region,
            ChargeType: "PostPaid",
            InternetChargeType: "PayByBandwidth",
            ISP: "BGP",
            Netmode: "public",
            ...eip.settings,
            Bandwidth: asText(eip.settings["Bandwidth"] ?? 5),
            EipBandwidth: asText(eip.settings["Bandwidth"] ?? 5),
            AllocationTime: eip.created,
            DeletionProtection: eip.deletionProtection,
            HDMonitorStatus: "OFF",
            InstanceId: eip.boundTo ?? "",
            InstanceType: eip.boundType ?? "",
            Mode: eip.boundTo ? "NAT" : "",
            PrivateIpAddress: "",
            ResourceGroupId: "rg-acfmdefault",
            SecurityProtectionTypes: { SecurityProtectionType: [] },
            Tags: { Tag: tagsResponse(eip.tags) },
          })),
        },
        ...page(found.length, 50),
      };
    },
    ModifyEipAddressAttribute({ fields, world }) {
      const eip = world.network.eips.require(fields.string("AllocationId"), noEip);
      eip.name = fields.string("Name") ?? eip.name;
      eip.description = fields.string("Description") ?? eip.description;
      Object.assign(eip.settings, fields.pick("Bandwidth"));
    },
    AssociateEipAddress({ fields, world }) {
      const eip = world.network.eips.require(fields.string("AllocationId"), noEip);
      if (eip.status !== "Available")
        throw new Refusal("IncorrectEipStatus", "Current elastic IP status does not support this operation.");
      const id = fields.string("InstanceId") ?? "";
      if (fields.string("InstanceType") === "Nat") {
        const gateway = world.network.natGateways.require(id, "InvalidInstanceId.NotFound");
        if (gateway.status !== "Available")
          throw new Refusal("IncorrectStatus.NatGateway", "The NAT gateway is not ready.");
      }
      Object.assign(eip, {
        status: "Associating",
        boundTo: id,
        boundType: fields.string("InstanceType") ?? "EcsInstance",
      });
      world.schedule(world.delays.transition, () => (eip.status = "InUse"));
    },
    UnassociateEipAddress({ fields, world }) {
      const eip = world.network.eips.require(fields.string("AllocationId"), noEip);
      if (eip.status !== "InUse")
        throw new Refusal("IncorrectEipStatus", "Current elastic IP status does not support this operation.");
      if (
        !fields.boolean("Force") &&
        world.network.snatEntries.find((entry) => entry.snatIp.split(",").includes(eip.address))
      )
        throw inUse("InvalidIpStatus.HasBeenUsedBySnatTable", "The EIP is used by an SNAT entry.");
      eip.status = "Unassociating";
      world.schedule(world.delays.transition, () => {
        eip.status = "Available";
        delete eip.boundTo;
        delete eip.boundType;
      });
    },
    ReleaseEipAddress({ fields, world }) {
      const eip = world.network.eips.require(fields.string("AllocationId"), noEip);
      if (eip.status !== "Available")
        throw inUse("IncorrectEipStatus", "Current elastic IP status does not support this operation.");
      if (eip.deletionProtection)
        throw inUse("InvalidOperation.DeletionProtection", "The EIP is protected from deletion.");
      world.network.eips.remove(eip.id);
    },
  },
};
