import type { Created, Updated } from "../../remote";
import { Api, describeError, isMissing, until, withRetries } from "./api.remote";

/** The inputs of a link between a VPC and a registry. */
export interface Inputs {
  readonly region: string;
  /** The URL of the registry's API. */
  readonly endpoint: string;
  /** The id of the instance of Container Registry Enterprise Edition. */
  readonly registry: string;
  /** The VPC's id. */
  readonly vpc: string;
  /** The ids of the vSwitches in one of which the registry gets its address: the first, unless it has one in another. */
  readonly vSwitches: readonly string[];
}

/** The outputs of a link. */
export interface Outputs extends Inputs {
  /** The registry and the VPC. */
  readonly link: string;
}

interface Link {
  readonly VpcId?: string;
  readonly VswitchId?: string;
  readonly Status?: string;
}

/** Seconds in which a link is set up or removed; the provider waits three minutes. */
const longest = 300;

/** Links the VPC, unless an interrupted update has done so. A VPC has one link to a registry. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  await link(inputs);
  return { id: nameOf(inputs), outs: { ...inputs, link: nameOf(inputs) } };
}

/** Moves the registry's address out of a vSwitch that is to be deleted. */
export async function update(_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  await link(inputs);
  return { outs: { ...inputs, link: nameOf(inputs) } };
}

async function remove(_id: string, { region, endpoint, registry, vpc }: Partial<Outputs>): Promise<void> {
  if (region === undefined || endpoint === undefined || registry === undefined || vpc === undefined) return;
  const api = apiOf({ region, endpoint });
  const found = await linkOf(api, registry, vpc);
  if (found !== undefined) await unlink(api, registry, found);
}
export { remove as delete };

async function link({ region, endpoint, registry, vpc, vSwitches }: Inputs): Promise<void> {
  const api = apiOf({ region, endpoint });
  const found = await linkOf(api, registry, vpc);
  const stays = found?.VswitchId !== undefined && vSwitches.includes(found.VswitchId);
  if (found !== undefined && !stays) await unlink(api, registry, found);
  if (!stays)
    await withRetries(async () => {
      try {
        const own = { ModuleName: "Registry", EnableCreateDNSRecordInPvzt: true };
        const ids = { InstanceId: registry, VpcId: vpc, VswitchId: vSwitches[0] };
        await api.request("CreateInstanceVpcEndpointLinkedVpc", { ...ids, ...own });
      } catch (error) {
        // The reply to the attempt before was lost.
        if ((await linkOf(api, registry, vpc)) === undefined) throw explained(error, registry);
      }
    });
  await until(
    `${vpc} is not linked to ${registry}`,
    async () => ((await linkOf(api, registry, vpc))?.Status === "RUNNING" ? true : undefined),
    longest,
  );
}

async function unlink(api: Api, registry: string, { VpcId = "", VswitchId = "" }: Link): Promise<void> {
  try {
    const ids = { InstanceId: registry, VpcId, VswitchId };
    await api.request("DeleteInstanceVpcEndpointLinkedVpc", { ...ids, ModuleName: "Registry" });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await until(
    `${VpcId} is still linked to ${registry}`,
    async () => ((await linkOf(api, registry, VpcId)) === undefined ? true : undefined),
    longest,
  );
}

async function linkOf(api: Api, registry: string, vpc: string): Promise<Link | undefined> {
  const endpoint = await withRetries(() =>
    api.request<{ readonly LinkedVpcs?: readonly Link[] }>("GetInstanceVpcEndpoint", {
      InstanceId: registry,
      ModuleName: "Registry",
    }),
  );
  return endpoint.LinkedVpcs?.find(({ VpcId }) => VpcId === vpc);
}

/** A registry is linked to three VPCs by default. */
function explained(error: unknown, registry: string): Error {
  const quota = /quota/i.test(describeError(error)) ? "; buy a larger VPC quota for it, or remove a link" : "";
  return new Error(`${registry} cannot be linked to the network: ${describeError(error)}${quota}`, { cause: error });
}

function apiOf({ region, endpoint }: Pick<Inputs, "region" | "endpoint">): Api {
  return new Api("cr", endpoint, { RegionId: region });
}

function nameOf({ registry, vpc }: Inputs): string {
  return `${registry}:${vpc}`;
}
