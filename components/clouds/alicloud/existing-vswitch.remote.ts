import type { Created } from "../../remote";
import { Api, describeError, withRetries } from "./api.remote";

/** The inputs of a lookup of a vSwitch. */
export interface Inputs {
  readonly region: string;
  /** The id of the network that it must belong to. */
  readonly vpc: string;
  /** The vSwitch's id. */
  readonly vSwitch: string;
  /** The URL of the network's API. */
  readonly endpoint: string;
}

/** The outputs of a lookup of a vSwitch. */
export interface Outputs extends Inputs {
  readonly zone: string;
  /** The CIDR block. */
  readonly range: string;
}

interface VSwitch {
  readonly ZoneId?: string;
  readonly CidrBlock?: string;
  readonly VpcId?: string;
}

/** Looks the vSwitch up, and fails if the network does not have it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { endpoint, vSwitch, region, vpc } = inputs;
  const api = new Api("vpc", endpoint, { RegionId: region });
  const found = await withRetries(() => describe(api, vSwitch));
  if (found === undefined) throw new Error(`the vSwitch ${vSwitch} does not exist in ${region}`);
  const { ZoneId: zone = "", CidrBlock: range = "", VpcId } = found;
  if (VpcId !== vpc) throw new Error(`the vSwitch ${vSwitch} must be in ${vpc}, but is in ${VpcId ?? "no network"}`);
  return { id: vSwitch, outs: { ...inputs, zone, range } };
}

async function describe(api: Api, id: string): Promise<VSwitch | undefined> {
  try {
    return await api.request<VSwitch>("DescribeVSwitchAttributes", { VSwitchId: id });
  } catch (error) {
    if (/InvalidVSwitchId/i.test(describeError(error))) return undefined;
    throw error;
  }
}
