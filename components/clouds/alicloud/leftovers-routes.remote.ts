import { untilFree } from "./api.remote";
import type { Owned } from "./owned.remote";

interface Entry {
  readonly RouteEntryId: string;
  readonly NextHops?: {
    readonly NextHop?: readonly { readonly NextHopId?: string; readonly NextHopType?: string }[];
  };
}
interface Table {
  readonly RouteTableId: string;
  readonly RouteTableType?: string;
}

/**
 * Leads the default routes of the stack's VPCs back to the gateway that the state knows, or else deletes them:
 * otherwise the gateway to which an interrupted update has led one could not be deleted, and the route would be lost
 * with it.
 */
export async function restoreDefaultRoutes(owned: Owned): Promise<void> {
  const vpc = owned.api("vpc");
  for (const VpcId of await owned.vpcs()) {
    const tables = await owned.list<Table>(
      "vpc",
      "DescribeRouteTableList",
      (reply) =>
        (reply.RouterTableList as { readonly RouterTableListType?: readonly Table[] } | undefined)?.RouterTableListType,
      { VpcId },
    );
    for (const { RouteTableId } of tables.filter((one) => one.RouteTableType === "System")) {
      const { RouteEntrys } = await untilFree(() =>
        vpc.request<{ readonly RouteEntrys?: { readonly RouteEntry?: readonly Entry[] } }>("DescribeRouteEntryList", {
          RouteTableId,
          DestinationCidrBlock: "0.0.0.0/0",
        }),
      );
      const [entry] = RouteEntrys?.RouteEntry ?? [];
      const { NextHopId: hop = "", NextHopType: type } = entry?.NextHops?.NextHop?.[0] ?? {};
      if (entry === undefined || type !== "NatGateway" || owned.recordedIds.includes(`${RouteTableId}:${hop}`))
        continue;
      const { RouteEntryId } = entry;
      const known = owned.recordedIds.find((id) => id.startsWith(`${RouteTableId}:`))?.slice(RouteTableId.length + 1);
      await owned.remove("default route to", hop, () =>
        known === undefined
          ? vpc.request("DeleteRouteEntry", { RouteEntryId })
          : vpc.request("ModifyRouteEntry", { RouteEntryId, NewNextHopType: "NatGateway", NewNextHopId: known }),
      );
    }
  }
}
