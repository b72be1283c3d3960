import { type HoldableGroup, type BoundsInputs, boundsModule } from "../bounds.remote";
import { Api, isMissing, untilFree, withRetries } from "./api.remote";

/** The inputs of a group's bounds. */
export interface Inputs extends BoundsInputs {
  readonly region: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
  /** The scaling group's id. */
  readonly group: string;
}

interface Groups {
  readonly ScalingGroups?: { readonly ScalingGroup?: readonly Group[] };
}

interface Group {
  readonly MinSize: number;
  readonly MaxSize: number;
  /** Absent for a group that was created without it. */
  readonly DesiredCapacity?: number;
}

export const { create, update, read, delete: remove } = boundsModule<Inputs>(groupsOf);
export { remove as delete };

function groupsOf({ region = "", scaling = "" }: Partial<Inputs>): (id: string) => HoldableGroup {
  return (id) => boundedGroup({ region, scaling }, id);
}

/** A scaling group. */
export function boundedGroup({ region, scaling }: Pick<Inputs, "region" | "scaling">, id: string): HoldableGroup {
  const api = new Api("ess", scaling, { RegionId: region });
  return {
    async read() {
      const group = await describe(api, id);
      return group === undefined ? undefined : { min: group.MinSize, max: group.MaxSize };
    },
    size: async () => (await describe(api, id))?.DesiredCapacity,
    set: ({ min, max }) =>
      withRetries(async () => {
        const desired = (await describe(api, id))?.DesiredCapacity;
        // Auto Scaling moves the number of instances into the bounds, but refuses a desired capacity outside of them.
        // One that fits is left out, because a trigger may change it at the same time.
        const moved = desired === undefined ? undefined : Math.min(Math.max(desired, min), max);
        const capacity = moved === desired ? {} : { DesiredCapacity: moved };
        await api.request("ModifyScalingGroup", { ScalingGroupId: id, MinSize: min, MaxSize: max, ...capacity });
      }),
    resize: (size) =>
      withRetries(async () => {
        await api.request("ModifyScalingGroup", { ScalingGroupId: id, DesiredCapacity: size });
      }),
    lowerAt: (time, min) =>
      untilFree(async () => {
        // Its name is unique in the account: also of one whose reply was lost.
        for (const { ScheduledTaskId } of await tasksOf(api, id)) await deleteTask(api, ScheduledTaskId);
        const { ScheduledTaskId } = await api.request<Task>("CreateScheduledTask", {
          ScheduledTaskName: loweringOf(id),
          Description: "Lowers the minimum of a group that is kept without traffic",
          ScalingGroupId: id,
          MinValue: min,
          LaunchTime: `${time.toISOString().slice(0, 16)}Z`,
        });
        return ScheduledTaskId;
      }),
    cancelLowering: (task) => untilFree(() => deleteTask(api, task)),
  };
}

/** The action by which a held group lowers its minimum. It outlives the group. */
interface Task {
  readonly ScheduledTaskId: string;
}

function loweringOf(group: string): string {
  return `${group}-end-of-hold`;
}

async function tasksOf(api: Api, group: string): Promise<readonly Task[]> {
  const { ScheduledTasks } = await api.request<{
    readonly ScheduledTasks?: { readonly ScheduledTask?: readonly Task[] };
  }>("DescribeScheduledTasks", { "ScheduledTaskName.1": loweringOf(group) });
  return ScheduledTasks?.ScheduledTask ?? [];
}

async function deleteTask(api: Api, ScheduledTaskId: string): Promise<void> {
  try {
    await api.request("DeleteScheduledTask", { ScheduledTaskId });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function describe(api: Api, id: string): Promise<Group | undefined> {
  const { ScalingGroups } = await withRetries(() =>
    api.request<Groups>("DescribeScalingGroups", { "ScalingGroupId.1": id }),
  );
  return ScalingGroups?.ScalingGroup?.[0];
}
