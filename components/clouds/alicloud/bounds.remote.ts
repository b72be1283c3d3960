import type { Created, Refreshed, Updated } from "../../remote";
import {
  type BoundedGroup,
  type BoundsInputs,
  type BoundsOutputs,
  createBounds,
  readBounds,
  updateBounds,
} from "../bounds.remote";
import { Api, withRetries } from "./api.remote";

/** The inputs of a group's bounds. */
export interface Inputs extends BoundsInputs {
  readonly region: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
  /** The scaling group's id. */
  readonly group: string;
}

/** The outputs of a group's bounds. */
export interface Outputs extends Inputs, BoundsOutputs {}

interface Groups {
  readonly ScalingGroups?: { readonly ScalingGroup?: readonly Group[] };
}

interface Group {
  readonly MinSize: number;
  readonly MaxSize: number;
  /** Absent for a group that was created without it. */
  readonly DesiredCapacity?: number;
}

/** Records the bounds of a group that was created before. */
export function create(inputs: Inputs): Promise<Created<Outputs>> {
  return createBounds(inputs.group, inputs, groupsOf(inputs));
}

/** Applies a changed min or max, where no schedule has set the bounds since. */
export function update(id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return updateBounds(id, before, inputs, groupsOf(inputs));
}

/** Finds out whether the group exists. */
export function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  return readBounds(id, outputs, groupsOf(outputs));
}

function groupsOf({ region, scaling = "" }: Partial<Inputs>): (id: string) => BoundedGroup {
  const api = new Api("ess", scaling, { RegionId: region });
  return (id) => ({
    async read() {
      const group = await describe(api, id);
      return group === undefined ? undefined : { min: group.MinSize, max: group.MaxSize };
    },
    set: ({ min, max }) =>
      withRetries(async () => {
        const desired = (await describe(api, id))?.DesiredCapacity;
        // Auto Scaling moves the number of instances into the bounds, but refuses a desired capacity outside of them. One
        // that fits is left out, because a trigger may change it at the same time.
        const moved = desired === undefined ? undefined : Math.min(Math.max(desired, min), max);
        const capacity = moved === desired ? {} : { DesiredCapacity: moved };
        await api.request("ModifyScalingGroup", { ScalingGroupId: id, MinSize: min, MaxSize: max, ...capacity });
      }),
  });
}

async function describe(api: Api, id: string): Promise<Group | undefined> {
  const { ScalingGroups } = await withRetries(() =>
    api.request<Groups>("DescribeScalingGroups", { "ScalingGroupId.1": id }),
  );
  return ScalingGroups?.ScalingGroup?.[0];
}
