import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScheduledActionsCommand as DescribeGroupSchedulesCommand,
  DescribePoliciesCommand,
} from "@aws-sdk/client-auto-scaling";
import type { Bounds } from "../../../components/clouds/bounds-in-force";
import { clientSettings } from "../../../components/clouds/aws/clients.remote";
import { type StateResource } from "../../stack";
import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import { type BoundsFacts, type Trigger, type TriggerFacts, schedulesOf } from "../bounds";

/** What Application Auto Scaling or Auto Scaling says of one group. */
interface LiveGroup {
  readonly bounds: Bounds | undefined;
  readonly triggers: readonly Trigger[];
  readonly suspended: readonly string[];
}

/** Reads bounds, triggers and schedules of every release's group. */
export async function readGroups(subject: Subject): Promise<{ bounds: BoundsFacts[]; triggers: TriggerFacts[] }> {
  const read = await Promise.all(
    ofType(subject.resources, "Bounds").map(async (resource) => {
      const { group, of, min, max } = resource.inputs ?? {};
      const release = releaseOf(resource, subject) ?? textOf(group);
      const applied = resource.outputs?.applied as Bounds | undefined;
      const live =
        of === "EcsService"
          ? await scalableTarget(subject.region, textOf(group))
          : await autoScalingGroup(subject.region, textOf(group));
      const set = [{ min, max } as Bounds, ...(applied === undefined ? [] : [applied])];
      const triggers = ofType(subject.resources, "Policy", "ScheduledAction", "Schedule").filter(
        ({ inputs = {} }) => group === (inputs.resourceId ?? inputs.autoscalingGroupName),
      );
      return {
        bounds: { release, set, schedules: schedulesOf(subject), live: live.bounds },
        triggers: { release, wanted: triggers.map(wantedTrigger), live: live.triggers, suspended: live.suspended },
      };
    }),
  );
  return { bounds: read.map(({ bounds }) => bounds), triggers: read.map(({ triggers }) => triggers) };
}

async function scalableTarget(region: string, group: string): Promise<LiveGroup> {
  const client = new ApplicationAutoScalingClient(clientSettings(region, "application-auto-scaling"));
  const namespace = { ServiceNamespace: "ecs" } as const;
  const [targets, policies, schedules] = await Promise.all([
    client.send(new DescribeScalableTargetsCommand({ ...namespace, ResourceIds: [group] })),
    client.send(new DescribeScalingPoliciesCommand({ ...namespace, ResourceId: group })),
    client.send(new DescribeScheduledActionsCommand({ ...namespace, ResourceId: group })),
  ]);
  const [target] = targets.ScalableTargets ?? [];
  return {
    bounds: boundsOf(target?.MinCapacity, target?.MaxCapacity),
    suspended: Object.entries(target?.SuspendedState ?? {}).flatMap(([what, isSo]) => (isSo ? [what] : [])),
    triggers: [
      ...(policies.ScalingPolicies ?? []).map(
        ({ PolicyName = "", TargetTrackingScalingPolicyConfiguration: tracking }) => ({
          name: PolicyName,
          does: tracks(tracking?.PredefinedMetricSpecification?.PredefinedMetricType, tracking?.TargetValue),
        }),
      ),
      ...(schedules.ScheduledActions ?? []).map(
        ({ ScheduledActionName = "", Schedule, Timezone, ScalableTargetAction }) => ({
          name: ScheduledActionName,
          does: sets(Schedule, Timezone, ScalableTargetAction?.MinCapacity, ScalableTargetAction?.MaxCapacity),
        }),
      ),
    ],
  };
}

async function autoScalingGroup(region: string, group: string): Promise<LiveGroup> {
  const client = new AutoScalingClient(clientSettings(region, "auto-scaling"));
  const named = { AutoScalingGroupName: group };
  const [groups, policies, schedules] = await Promise.all([
    client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] })),
    client.send(new DescribePoliciesCommand(named)),
    client.send(new DescribeGroupSchedulesCommand(named)),
  ]);
  const [found] = groups.AutoScalingGroups ?? [];
  return {
    bounds: boundsOf(found?.MinSize, found?.MaxSize),
    suspended: (found?.SuspendedProcesses ?? []).map(({ ProcessName = "" }) => ProcessName),
    triggers: [
      ...(policies.ScalingPolicies ?? []).map(({ PolicyName = "", TargetTrackingConfiguration: tracking }) => ({
        name: PolicyName,
        does: tracks(tracking?.PredefinedMetricSpecification?.PredefinedMetricType, tracking?.TargetValue),
      })),
      ...(schedules.ScheduledUpdateGroupActions ?? []).map(
        ({ ScheduledActionName = "", Recurrence, TimeZone, MinSize, MaxSize }) => ({
          name: ScheduledActionName,
          does: sets(Recurrence, TimeZone, MinSize, MaxSize),
        }),
      ),
    ],
  };
}

/** A trigger as the state has it. */
function wantedTrigger({ inputs = {}, outputs = {} }: StateResource): Trigger {
  const policy = inputs.targetTrackingScalingPolicyConfiguration ?? inputs.targetTrackingConfiguration;
  if (policy !== undefined) {
    const { targetValue, predefinedMetricSpecification: metric } = policy as {
      targetValue?: number;
      predefinedMetricSpecification?: { predefinedMetricType?: string };
    };
    return { name: textOf(inputs.name ?? outputs.name), does: tracks(metric?.predefinedMetricType, targetValue) };
  }
  const { minCapacity, maxCapacity } = (inputs.scalableTargetAction ?? {}) as Record<string, unknown>;
  return {
    name: textOf(inputs.scheduledActionName ?? inputs.name ?? outputs.name),
    does: sets(
      textOf(inputs.schedule ?? inputs.recurrence),
      textOf(inputs.timezone ?? inputs.timeZone),
      Number(minCapacity ?? inputs.minSize),
      Number(maxCapacity ?? inputs.maxSize),
    ),
  };
}

function tracks(metric: string | undefined, target: number | undefined): string {
  return `${metric ?? "a metric"} at ${target ?? "?"}`;
}

function sets(schedule: string | undefined, timezone: string | undefined, min?: number, max?: number): string {
  return `${schedule ?? ""} ${timezone ?? "UTC"}: ${min ?? "?"} to ${max ?? "?"}`;
}

function boundsOf(min: number | undefined, max: number | undefined): Bounds | undefined {
  return min === undefined || max === undefined ? undefined : { min, max };
}
