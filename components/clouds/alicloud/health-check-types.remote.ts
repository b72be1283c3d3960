import type { Created, Updated } from "../../remote";
import { Api, untilFree } from "./api.remote";

/** The inputs of a group's health checks. */
export interface Inputs {
  readonly region: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
  /** The scaling group's id. */
  readonly group: string;
  /** The checks: `ECS`, which is the instances' own in groups of either kind, and `LOAD_BALANCER`. */
  readonly types: readonly string[];
}

/** The outputs of a group's health checks. */
export interface Outputs extends Inputs {
  /** The group that has them. */
  readonly checked: string;
}

/** Sets the group's checks. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  return { id: inputs.group, outs: await set(inputs) };
}

/** Sets other checks. */
export async function update(_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return { outs: await set(inputs) };
}

async function set(inputs: Inputs): Promise<Outputs> {
  const { region, scaling, group, types } = inputs;
  const api = new Api("ess", scaling, { RegionId: region });
  await untilFree(() => api.request("ModifyScalingGroup", { ScalingGroupId: group, HealthCheckTypes: types }));
  return { ...inputs, checked: group };
}
