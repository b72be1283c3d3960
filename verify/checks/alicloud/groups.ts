import type { Bounds } from "../../../components/clouds/bounds-in-force";
import type { StateResource } from "../../stack";
import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import { type BoundsFacts, type Trigger, type TriggerFacts, schedulesOf } from "../bounds";
import { type Clients, listIn } from "./clients";

interface Groups {
  readonly ScalingGroups?: {
    readonly ScalingGroup?: readonly {
      readonly MinSize: number;
      readonly MaxSize: number;
      readonly LifecycleState?: string;
      readonly SuspendedProcesses?: { readonly SuspendedProcess?: readonly string[] };
    }[];
  };
}

interface Rules {
  readonly ScalingRules?: { readonly ScalingRule?: readonly Rule[] };
}

interface Rule {
  readonly ScalingRuleName: string;
  readonly MetricName?: string;
  readonly TargetValue?: number;
}

interface Tasks {
  readonly ScheduledTasks?: { readonly ScheduledTask?: readonly Task[] };
}

interface Task {
  readonly ScheduledTaskName: string;
  readonly RecurrenceValue?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly TaskEnabled?: boolean;
}

/** Reads bounds, triggers and schedules of every release's group. */
export async function readGroups(
  clients: Clients,
  subject: Subject,
): Promise<{ bounds: BoundsFacts[]; triggers: TriggerFacts[] }> {
  const api = clients.api("ess");
  const read = await Promise.all(
    ofType(subject.resources, "Bounds").map(async (resource) => {
      const { group: id, min, max } = resource.inputs ?? {};
      const group = textOf(id);
      const [groups, rules, tasks] = await Promise.all([
        api.request<Groups>("DescribeScalingGroups", { "ScalingGroupId.1": group }),
        api.request<Rules>("DescribeScalingRules", { ScalingGroupId: group, PageSize: 50 }),
        api.request<Tasks>("DescribeScheduledTasks", { ScalingGroupId: group, PageSize: 50 }),
      ]);
      const [found] = listIn(groups.ScalingGroups?.ScalingGroup);
      const release = releaseOf(resource, subject) ?? group;
      const applied = resource.outputs?.applied as Bounds | undefined;
      const live = found === undefined ? undefined : { min: found.MinSize, max: found.MaxSize };
      const set = [{ min, max } as Bounds, ...(applied === undefined ? [] : [applied])];
      const wanted = ofType(subject.resources, "ScalingRule", "ScheduledTask")
        .filter(({ inputs }) => inputs?.scalingGroupId === group)
        .map(wantedTrigger);
      return {
        bounds: { release, set, schedules: schedulesOf(subject), live },
        triggers: {
          release,
          wanted,
          suspended: [
            ...(found?.LifecycleState === "Inactive" ? ["the whole group"] : []),
            ...listIn(found?.SuspendedProcesses?.SuspendedProcess),
          ],
          live: [
            ...listIn(rules.ScalingRules?.ScalingRule).map(ruleTrigger),
            ...listIn(tasks.ScheduledTasks?.ScheduledTask).map(taskTrigger),
          ],
        },
      };
    }),
  );
  return { bounds: read.map(({ bounds }) => bounds), triggers: read.map(({ triggers }) => triggers) };
}

function ruleTrigger({ ScalingRuleName: name, MetricName, TargetValue }: Rule): Trigger {
  return { name, does: tracks(MetricName, TargetValue) };
}

function taskTrigger(task: Task): Trigger {
  const { ScheduledTaskName: name, RecurrenceValue, MinValue, MaxValue, TaskEnabled = true } = task;
  return { name, does: sets(RecurrenceValue, MinValue, MaxValue, TaskEnabled) };
}

/** A trigger as the state has it. */
function wantedTrigger({ inputs = {} }: StateResource): Trigger {
  const { scalingRuleName, metricName, targetValue } = inputs;
  if (scalingRuleName !== undefined)
    return { name: textOf(scalingRuleName), does: tracks(textOf(metricName), Number(targetValue)) };
  const { scheduledTaskName, recurrenceValue, minValue, maxValue, taskEnabled } = inputs;
  return {
    name: textOf(scheduledTaskName),
    does: sets(textOf(recurrenceValue), Number(minValue), Number(maxValue), taskEnabled !== false),
  };
}

function tracks(metric: string | undefined, target: number | undefined): string {
  return `${metric ?? "a metric"} at ${target ?? "?"}`;
}

function sets(
  recurrence: string | undefined,
  min: number | undefined,
  max: number | undefined,
  enabled: boolean,
): string {
  return `${recurrence ?? ""} UTC: ${min ?? "?"} to ${max ?? "?"}${enabled ? "" : ", disabled"}`;
}
