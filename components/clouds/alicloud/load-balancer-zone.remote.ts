import type { Created } from "../../remote";
import { Api, codeOf, until, untilFree } from "./api.remote";

/** The inputs of a load balancer's zone. */
export interface Inputs {
  readonly region: string;
  /** The URL of the load balancer's API. */
  readonly loadBalancing: string;
  /** The load balancer's id. */
  readonly loadBalancer: string;
  readonly zone: string;
  /** The vSwitch in which the load balancer takes its addresses. */
  readonly vSwitch: string;
}

/** The outputs of a load balancer's zone. */
export interface Outputs extends Inputs {
  /** The load balancer's address in the zone; empty if it has none. */
  readonly address: string;
  /** The resource's id, by which a later update finds out whether the state has the zone. */
  readonly member: string;
}

/** A zone as the cloud returns it. */
interface Mapping {
  readonly ZoneId: string;
  readonly VSwitchId: string;
  readonly LoadBalancerAddresses?: readonly { readonly Address?: string }[];
}

interface Balancer {
  readonly LoadBalancerStatus?: string;
  readonly ZoneMappings?: readonly Mapping[];
}

/**
 * A load balancer in fewer zones is refused.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/modify-the-configurations-of-alb-instances
 */
const fewestZones = 2;

/** Adds the zone, unless the load balancer has it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { loadBalancer, zone, vSwitch } = inputs;
  const { ZoneMappings: mappings = [] } = await change(inputs, (zones) =>
    zones.some(({ ZoneId, VSwitchId }) => ZoneId === zone && VSwitchId === vSwitch)
      ? zones
      : [...zones.filter(({ ZoneId }) => ZoneId !== zone), { ZoneId: zone, VSwitchId: vSwitch }],
  );
  const { LoadBalancerAddresses: addresses = [] } = mappings.find(({ ZoneId }) => ZoneId === zone) ?? {};
  const address = addresses.map(({ Address = "" }) => Address).find((one) => one !== "") ?? "";
  const member = memberOf(loadBalancer, { ZoneId: zone, VSwitchId: vSwitch });
  return { id: member, outs: { ...inputs, address, member } };
}

/** The id of a load balancer's zone. */
export function memberOf(loadBalancer: string, { ZoneId, VSwitchId }: Pick<Mapping, "ZoneId" | "VSwitchId">): string {
  return `${loadBalancer}/${ZoneId}/${VSwitchId}`;
}

/**
 * Removes the zones that the state does not know from a load balancer that stays, as far as two remain. If it knows
 * none of them, they are still those that the load balancer was created with.
 */
export async function removeUnknownZones(
  place: Pick<Inputs, "region" | "loadBalancing" | "loadBalancer">,
  isRecorded: (id: string) => boolean,
): Promise<readonly string[]> {
  let removed: readonly Mapping[] = [];
  await change(place, (zones) => {
    const isKnown = (zone: Mapping) => isRecorded(memberOf(place.loadBalancer, zone));
    const known = zones.filter(isKnown);
    const others = zones.filter((zone) => !isKnown(zone));
    const staying = known.length === 0 ? others : others.slice(0, Math.max(0, fewestZones - known.length));
    removed = others.filter((zone) => !staying.includes(zone));
    return removed.length === 0 ? zones : [...known, ...staying];
  });
  return removed.map(({ ZoneId }) => ZoneId);
}

/** Removes the zone. The last two stay: they go with the load balancer. */
async function remove(_id: string, outputs: Partial<Outputs>): Promise<void> {
  const { region, loadBalancing, loadBalancer, zone, vSwitch } = outputs;
  if (region === undefined || loadBalancing === undefined || loadBalancer === undefined) return;
  try {
    await change({ region, loadBalancing, loadBalancer }, (zones) => {
      const others = zones.filter(({ ZoneId, VSwitchId }) => ZoneId !== zone || VSwitchId !== vSwitch);
      // Without a change, the cloud refuses the request.
      return others.length < fewestZones || others.length === zones.length ? zones : others;
    });
  } catch (error) {
    if (!codeOf(error).startsWith("ResourceNotFound")) throw error;
  }
}
export { remove as delete };

/** The changes of this process, by load balancer, one after the other: each sets all zones. */
const changing = new Map<string, Promise<unknown>>();

function change(
  place: Pick<Inputs, "region" | "loadBalancing" | "loadBalancer">,
  wanted: (zones: readonly Mapping[]) => readonly Mapping[],
): Promise<Balancer> {
  const work = () => setZones(place, wanted);
  const next = (changing.get(place.loadBalancer) ?? Promise.resolve()).then(work, work);
  changing.set(place.loadBalancer, next);
  return next;
}

async function setZones(
  { region, loadBalancing, loadBalancer }: Pick<Inputs, "region" | "loadBalancing" | "loadBalancer">,
  wanted: (zones: readonly Mapping[]) => readonly Mapping[],
): Promise<Balancer> {
  const api = new Api("alb", loadBalancing, { RegionId: region });
  const settled = () =>
    until(`the load balancer ${loadBalancer} is still being changed`, async () => {
      const balancer = await api.request<Balancer>("GetLoadBalancerAttribute", { LoadBalancerId: loadBalancer });
      return balancer.LoadBalancerStatus === "Active" ? balancer : undefined;
    });
  return untilFree(async () => {
    const before = await settled();
    const zones = before.ZoneMappings ?? [];
    const after = wanted(zones);
    if (after === zones) return before;
    const ZoneMappings = after.map(({ ZoneId, VSwitchId }) => ({ ZoneId, VSwitchId }));
    await api.request("UpdateLoadBalancerZones", { LoadBalancerId: loadBalancer, ZoneMappings });
    return settled();
  });
}
