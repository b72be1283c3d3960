import type { Created } from "../../remote";
import { Api, untilFree } from "./api.remote";

/** The inputs of a group's instance types. */
export interface Inputs {
  readonly region: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
  /** The scaling group's id. */
  readonly group: string;
  /** The id of its launch template, and the version, with which the types are sent. */
  readonly template: string;
  readonly version: string;
  /** The types, the first one first. */
  readonly types: readonly string[];
}

/** The outputs of a group's instance types. */
export interface Outputs extends Inputs {
  /** The group that has them. */
  readonly ordered: string;
}

/** Sets the types. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { region, scaling, group, template, version, types } = inputs;
  const api = new Api("ess", scaling, { RegionId: region });
  await untilFree(() =>
    api.request("ModifyScalingGroup", {
      ScalingGroupId: group,
      LaunchTemplateId: template,
      LaunchTemplateVersion: version,
      LaunchTemplateOverride: types.map((InstanceType) => ({ InstanceType })),
    }),
  );
  return { id: group, outs: { ...inputs, ordered: group } };
}
