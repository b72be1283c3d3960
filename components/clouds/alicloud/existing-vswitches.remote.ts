import type { Created } from "../../remote";
import { Api, describeError, withRetries } from "./api.remote";

/** The inputs of a lookup of vSwitches. */
export interface Inputs {
  readonly region: string;
  /** The id of the network that they must belong to. */
  readonly vpc: string;
  /** The vSwitches' ids, each once. */
  readonly ids: readonly string[];
  /** The URL of the network's API. */
  readonly endpoint: string;
}

/** The outputs of a lookup of vSwitches, in the order of the ids. */
export interface Outputs extends Inputs {
  readonly zones: readonly string[];
  /** The CIDR blocks. */
  readonly ranges: readonly string[];
}

interface VSwitch {
  readonly ZoneId?: string;
  readonly CidrBlock?: string;
  readonly VpcId?: string;
}

/** Looks up every vSwitch, and fails with all problems at once. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { endpoint, ids, region, vpc } = inputs;
  const api = new Api("vpc", endpoint, { RegionId: region });
  const found = await withRetries(() => Promise.all(ids.map((id) => describe(api, id))));
  const problems = ids.flatMap((id, index) => {
    const vswitch = found[index];
    if (vswitch === undefined) return [`${id} does not exist`];
    return vswitch.VpcId === vpc ? [] : [`${id} is in ${vswitch.VpcId ?? "no network"}`];
  });
  const zones = found.map((vswitch) => vswitch?.ZoneId ?? "");
  if (problems.length === 0 && new Set(zones).size < 2) {
    problems.push(`they are all in ${zones.join(", ")}, and a load balancer needs two zones`);
  }
  if (problems.length > 0) {
    throw new Error(
      `the vSwitches for the load balancer must be in two or more zones of ${vpc} in ${region}: ${problems.join("; ")}`,
    );
  }
  return { id: ids.join(), outs: { ...inputs, zones, ranges: found.map((vswitch) => vswitch?.CidrBlock ?? "") } };
}

async function describe(api: Api, id: string): Promise<VSwitch | undefined> {
  try {
    return await api.request<VSwitch>("DescribeVSwitchAttributes", { VSwitchId: id });
  } catch (error) {
    if (/InvalidVSwitchId/i.test(describeError(error))) return undefined;
    throw error;
  }
}
