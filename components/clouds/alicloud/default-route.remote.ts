import type { Created, Updated } from "../../remote";
import { Api, isMissing, untilFree } from "./api.remote";

/** The inputs of a default route. */
export interface Inputs {
  readonly region: string;
  /** The URL of the network's API. */
  readonly endpoint: string;
  /** The id of the VPC's system route table. */
  readonly routeTable: string;
  /** The id of the NAT gateway. */
  readonly gateway: string;
}

/** The outputs of a default route. */
export interface Outputs extends Inputs {
  /** The table and the gateway, by which the next update knows where the state has the route. */
  readonly member: string;
}

const anywhere = "0.0.0.0/0";

interface Entry {
  readonly RouteEntryId: string;
  readonly NextHops?: { readonly NextHop?: readonly { readonly NextHopId?: string }[] };
}

/**
 * Leads the route to the gateway. The cloud has added it with the VPC's first gateway, unless somebody has deleted it.
 */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  await lead(inputs);
  return { id: inputs.routeTable, outs: outputsOf(inputs) };
}

/** Leads the route to another gateway. Open connections through the one before end. */
export async function update(_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  await lead(inputs);
  return { outs: outputsOf(inputs) };
}

function outputsOf(inputs: Inputs): Outputs {
  return { ...inputs, member: `${inputs.routeTable}:${inputs.gateway}` };
}

/** Deletes the route if it leads to the gateway, which could not be deleted otherwise. */
async function remove(_id: string, { region, endpoint, routeTable, gateway }: Partial<Outputs>): Promise<void> {
  if (region === undefined || endpoint === undefined || routeTable === undefined || gateway === undefined) return;
  const api = new Api("vpc", endpoint, { RegionId: region });
  await untilFree(async () => {
    const entry = await routeIn(api, routeTable);
    if (entry === undefined || hopOf(entry) !== gateway) return;
    try {
      await api.request("DeleteRouteEntry", { RouteEntryId: entry.RouteEntryId });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}
export { remove as delete };

async function lead({ region, endpoint, routeTable, gateway }: Inputs): Promise<void> {
  const api = new Api("vpc", endpoint, { RegionId: region });
  await untilFree(async () => {
    const entry = await routeIn(api, routeTable);
    if (entry === undefined)
      await api.request("CreateRouteEntry", {
        RouteTableId: routeTable,
        DestinationCidrBlock: anywhere,
        NextHopType: "NatGateway",
        NextHopId: gateway,
      });
    else if (hopOf(entry) !== gateway)
      await api.request("ModifyRouteEntry", {
        RouteEntryId: entry.RouteEntryId,
        NewNextHopType: "NatGateway",
        NewNextHopId: gateway,
      });
  });
}

async function routeIn(api: Api, routeTable: string): Promise<Entry | undefined> {
  const { RouteEntrys } = await api.request<{ readonly RouteEntrys?: { readonly RouteEntry?: readonly Entry[] } }>(
    "DescribeRouteEntryList",
    { RouteTableId: routeTable, DestinationCidrBlock: anywhere },
  );
  return RouteEntrys?.RouteEntry?.[0];
}

function hopOf({ NextHops }: Entry): string | undefined {
  return NextHops?.NextHop?.[0]?.NextHopId;
}
