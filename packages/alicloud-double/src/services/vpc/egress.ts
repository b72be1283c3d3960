import type { World } from "../../world";
import { isWithin, rangeOf } from "./cidr";

/** Every address: the destination of a default route. */
export const everywhere = "0.0.0.0/0";

/**
 * Whether what runs in a vSwitch reaches the internet: its route table has a default route to a NAT gateway, which
 * translates its addresses to one that is bound to it. A vSwitch without a table of its own uses its VPC's system
 * table.
 */
export function reachesInternet({ network }: World, vSwitchId: string): boolean {
  const vSwitch = network.vSwitches.get(vSwitchId);
  if (!vSwitch) return false;
  const table = network.routeTables.find(({ vSwitchIds }) => vSwitchIds.includes(vSwitchId));
  const route = network.routeEntries.find(
    ({ tableId, destination, status }) => tableId === table?.id && destination === everywhere && status === "Available",
  );
  const gatewayId = table ? route?.nextHopId : network.vpcs.get(vSwitch.vpcId)?.defaultGateway;
  const gateway = network.natGateways.find(({ id, status }) => id === gatewayId && status === "Available");
  const translation = network.snatEntries.find(
    (entry) =>
      entry.tableId === gateway?.snatTableId &&
      entry.status === "Available" &&
      (entry.sourceVSwitchId === vSwitchId || covers(entry.sourceCidr, vSwitch.cidr)),
  );
  const addresses = translation?.snatIp.split(",") ?? [];
  return network.eips.find((eip) => addresses.includes(eip.address) && eip.boundTo === gateway?.id) !== undefined;
}

function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [rangeOf(outer), rangeOf(inner)];
  return wide !== undefined && narrow !== undefined && isWithin(narrow, wide);
}
