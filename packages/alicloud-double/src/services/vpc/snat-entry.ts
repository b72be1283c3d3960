import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { page } from "../listing";
import type { SnatEntry } from "./records";

const noSnatEntry = (id: string) => notFound("InvalidSnatEntryId.NotFound", id);

/** SNAT entries, through which vSwitches reach the internet. */
export const snatEntries: ActionGroup = {
  service: "vpc",
  actions: {
    CreateSnatEntry({ fields, world }) {
      const gateway = world.network.natGateways.find((one) => one.snatTableId === fields.string("SnatTableId"));
      if (!gateway) throw notFound("InvalidSnatTableId.NotFound", fields.string("SnatTableId") ?? "");
      for (const address of (fields.string("SnatIp") ?? "").split(","))
        if (!world.network.eips.find((eip) => eip.address === address && eip.boundTo === gateway.id))
          throw new Refusal("EIP_NOT_IN_GATEWAY", "The EIP is not bound to the NAT gateway.");
      const sourceVSwitchId = fields.string("SourceVSwitchId") ?? "";
      if (sourceVSwitchId && world.network.snatEntries.find((entry) => entry.sourceVSwitchId === sourceVSwitchId))
        throw new Refusal("DUPLICATE_FIP_CIDR", "The vSwitch already has an SNAT entry.");
      const sourceCidr = fields.string("SourceCIDR");
      const tables = world.network.natGateways
        .where((one) => one.vpcId === gateway.vpcId)
        .map((one) => one.snatTableId);
      const isSame = (entry: SnatEntry) => !entry.sourceVSwitchId && entry.sourceCidr === sourceCidr;
      if (world.network.snatEntries.find((entry) => tables.includes(entry.tableId) && isSame(entry)))
        throw new Refusal("DUPLICATE_FIP_CIDR", "The range already has an SNAT entry.");
      const id = world.newId("snat");
      const entry = world.network.snatEntries.put(id, {
        id,
        tableId: gateway.snatTableId,
        snatIp: fields.string("SnatIp") ?? "",
        sourceVSwitchId,
        name: fields.string("SnatEntryName") ?? "",
        status: "Pending",
        sourceCidr: sourceCidr ?? world.network.vSwitches.get(sourceVSwitchId)?.cidr ?? "",
        eipAffinity: fields.number("EipAffinity") ?? 0,
      });
      world.schedule(world.delays.transition, () => (entry.status = "Available"));
      return { SnatEntryId: id };
    },
    DescribeSnatTableEntries({ fields, world }) {
      const found = world.network.snatEntries.where(
        (entry) =>
          entry.tableId === (fields.string("SnatTableId") ?? entry.tableId) &&
          entry.id === (fields.string("SnatEntryId") ?? entry.id),
      );
      return {
        SnatTableEntries: { SnatTableEntry: found.map(snatEntryResponse) },
        ...page(found.length),
      };
    },
    ModifySnatEntry({ fields, world }) {
      const entry = world.network.snatEntries.require(fields.string("SnatEntryId"), noSnatEntry);
      entry.snatIp = fields.string("SnatIp") ?? entry.snatIp;
      entry.name = fields.string("SnatEntryName") ?? entry.name;
    },
    DeleteSnatEntry({ fields, world }) {
      const entry = world.network.snatEntries.require(fields.string("SnatEntryId"), noSnatEntry);
      world.network.snatEntries.remove(entry.id);
    },
  },
};

function snatEntryResponse(entry: SnatEntry) {
  return {
    SnatEntryId: entry.id,
    SnatTableId: entry.tableId,
    SnatIp: entry.snatIp,
    SourceCIDR: entry.sourceCidr,
    SourceVSwitchId: entry.sourceVSwitchId,
    SnatEntryName: entry.name,
    Status: entry.status,
    EipAffinity: String(entry.eipAffinity),
  };
}
