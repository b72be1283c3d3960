import { until } from "./api.remote";
import type { OwnNames } from "./intent-inputs.remote";
import type { Owned } from "./owned.remote";

interface Group {
  readonly ScalingGroupId: string;
  readonly ScalingGroupName?: string;
  readonly ServerGroups?: {
    readonly ServerGroup?: readonly {
      readonly ServerGroupId?: string;
      readonly Type?: string;
      readonly Port?: number;
    }[];
  };
}

/** A kind of resource that belongs to a scaling group. */
interface Child {
  readonly what: string;
  readonly list: string;
  /** The fields of the reply that have the list. */
  readonly path: readonly [string, string];
  readonly id: string;
  readonly remove: string;
}

/** Scheduled tasks, and the alarms of scaling rules, stay where only their group is deleted. */
const children: readonly Child[] = [
  {
    what: "scheduled task",
    list: "DescribeScheduledTasks",
    path: ["ScheduledTasks", "ScheduledTask"],
    id: "ScheduledTaskId",
    remove: "DeleteScheduledTask",
  },
  {
    what: "scaling rule",
    list: "DescribeScalingRules",
    path: ["ScalingRules", "ScalingRule"],
    id: "ScalingRuleId",
    remove: "DeleteScalingRule",
  },
  {
    what: "lifecycle hook",
    list: "DescribeLifecycleHooks",
    path: ["LifecycleHooks", "LifecycleHook"],
    id: "LifecycleHookId",
    remove: "DeleteLifecycleHook",
  },
];

/** Removes scaling groups, and what belongs to the groups that stay. */
export async function removeScaling(owned: Owned): Promise<void> {
  const marked = await owned.ofStack("ess", "scalinggroup");
  const groups = (await describe(owned)).filter(
    ({ ScalingGroupId, ScalingGroupName = "" }) =>
      marked.includes(ScalingGroupId) || isOwnName(owned.names, ScalingGroupName),
  );
  for (const group of groups) {
    const { ScalingGroupId: id } = group;
    for (const child of children) await removeChildren(owned, child, id);
    if (owned.isRecorded(id)) {
      await detach(owned, group);
    } else {
      await owned.remove("scaling group", id, () =>
        owned.api("ess").request("DeleteScalingGroup", { ScalingGroupId: id, ForceDelete: true }),
      );
      await until(`the scaling group ${id} is still being deleted`, async () =>
        (await describe(owned, { ScalingGroupId: [id] })).length === 0 ? true : undefined,
      );
    }
  }
}

/** Whether a name that is unique in the account is the stack's own: the group may not have got its mark. */
function isOwnName({ service, suffix, groups }: OwnNames, name: string): boolean {
  return groups.includes(name) || (name.startsWith(`${service}-`) && name.endsWith(`-${suffix}`));
}

function describe(owned: Owned, filter: Readonly<Record<string, unknown>> = {}): Promise<Group[]> {
  return owned.list<Group>(
    "ess",
    "DescribeScalingGroups",
    ({ ScalingGroups }) => (ScalingGroups as { ScalingGroup?: readonly Group[] } | undefined)?.ScalingGroup,
    filter,
  );
}

async function removeChildren(owned: Owned, { what, list, path, id, remove }: Child, group: string): Promise<void> {
  const found = await owned.list<Readonly<Record<string, unknown>>>(
    "ess",
    list,
    (reply) => (reply[path[0]] as Readonly<Record<string, Readonly<Record<string, unknown>>[]>> | undefined)?.[path[1]],
    { ScalingGroupId: group },
  );
  for (const one of found.map((child) => String(child[id])).filter((child) => !owned.isRecorded(child)))
    await owned.remove(what, one, () =>
      // A hook is named with its group.
      owned.api("ess").request(remove, { [id]: one, ...(what === "lifecycle hook" ? { ScalingGroupId: group } : {}) }),
    );
}

/** Detaches a group from target groups to which the state does not know it attached. */
async function detach(owned: Owned, { ScalingGroupId, ServerGroups }: Group): Promise<void> {
  for (const { ServerGroupId = "", Type = "ALB", Port = 0 } of ServerGroups?.ServerGroup ?? []) {
    if (owned.isRecorded([ScalingGroupId, ServerGroupId, Type, Port].join(":"))) continue;
    await owned.remove("attachment", `${ScalingGroupId} to ${ServerGroupId}`, () =>
      owned.api("ess").request("DetachServerGroups", {
        ScalingGroupId,
        ServerGroup: [{ ServerGroupId, Type, Port }],
        ForceDetach: true,
      }),
    );
  }
}
