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

/** A load balancer in fewer zones is refused. https://www.alibabacloud.com/help/en/slb/application-load-balancer/modify-the-configurations-of-alb-instances */
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
  return { id: `${loadBalancer}/${zone}/${vSwitch}`, outs: { ...inputs, address } };
}

/** Removes the zone. The last two stay: they go with the load balancer. */
async function remove(_id: string, outputs: Partial<Outputs>): Promise<void> {
  const { region, loadBalancing, loadBalancer, zone, vSwitch } = outputs;
  if (region === undefined || loadBalancing === undefined || loadBalancer === undefined) return;
  try {
    await change({ region, loadBalancing, loadBalancer }, (zones) => {
      const others = zones.filter(({ ZoneId, VSwitchId }) => ZoneId !== zone || VSwitchId !== vSwitch);
      return others.length < fewestZones ? zones : others;
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
