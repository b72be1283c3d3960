import type { Created } from "../../remote";
import { Api, isForbidden, withRetries } from "./api.remote";

/** The inputs of a lookup of instance types. */
export interface Inputs {
  readonly region: string;
  /** The URLs of the APIs of ECS and of the network. */
  readonly ecs: string;
  readonly network: string;
  /** The instance types, in the order in which a group is to try them. */
  readonly types: readonly string[];
  /** The ids of the group's vSwitches. */
  readonly vSwitches: readonly string[];
}

/** The outputs of a lookup of instance types. */
export interface Outputs extends Inputs {
  /** Those that at least one of the vSwitches' zones sells, in the same order. */
  readonly sold: readonly string[];
}

interface Offers {
  readonly AvailableZones?: { readonly AvailableZone?: readonly Zone[] };
}

interface Zone {
  readonly ZoneId?: string;
  readonly AvailableResources?: { readonly AvailableResource?: readonly Resource[] };
}

interface Resource {
  readonly SupportedResources?: {
    readonly SupportedResource?: readonly { readonly Value?: string; readonly Status?: string }[];
  };
}

/** Looks the types up. Fails if the zones sell none; takes all where the credentials may not look. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { types, vSwitches, region } = inputs;
  const id = types.join(",");
  try {
    const zones = await Promise.all(vSwitches.map((vSwitch) => zoneOf(inputs, vSwitch)));
    const offers = await Promise.all(types.map((type) => zonesWith(inputs, type)));
    const sold = types.filter((_type, index) => zones.some((zone) => offers[index]?.has(zone)));
    if (sold.length > 0) return { id, outs: { ...inputs, sold } };
    throw new Error(
      `${[...new Set(zones)].join(" and ")} sell none of the instance types ${types.join(", ")} now; use other zones of ` +
        `${region} (network.zones), or another size or architecture`,
    );
  } catch (error) {
    if (isForbidden(error)) return { id, outs: { ...inputs, sold: types } };
    throw error;
  }
}

async function zoneOf({ network, region }: Inputs, VSwitchId: string): Promise<string> {
  const api = new Api("vpc", network, { RegionId: region });
  const { ZoneId = "" } = await withRetries(() =>
    api.request<{ readonly ZoneId?: string }>("DescribeVSwitchAttributes", { VSwitchId }),
  );
  return ZoneId;
}

/** The zones that sell a type with the system disk that instances get. */
async function zonesWith({ ecs, region }: Inputs, type: string): Promise<ReadonlySet<string>> {
  const api = new Api("ecs", ecs, { RegionId: region });
  const { AvailableZones } = await withRetries(() =>
    api.request<Offers>("DescribeAvailableResource", {
      DestinationResource: "InstanceType",
      ResourceType: "instance",
      InstanceChargeType: "PostPaid",
      IoOptimized: "optimized",
      SystemDiskCategory: "cloud_essd",
      InstanceType: type,
    }),
  );
  const offering = (AvailableZones?.AvailableZone ?? []).filter(({ AvailableResources }) =>
    (AvailableResources?.AvailableResource ?? [])
      .flatMap(({ SupportedResources }) => SupportedResources?.SupportedResource ?? [])
      .some(({ Value, Status }) => Value === type && Status === "Available"),
  );
  return new Set(offering.flatMap(({ ZoneId }) => ZoneId ?? []));
}
