import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../id";
import type { Release } from "../../spec";
import { type ServerGroup, noHold } from "../cloud";
import type { Context } from "../context";
import { numericCron } from "../cron";
import { forEachTrigger, scheduledBounds } from "../triggers";
import { Bounds, type BoundsArgs } from "./bounds";
import { awsCron } from "./cron";
import type { StartSize } from "./start-size";

/** A server group that triggers change. */
interface ScalingTarget {
  /** How metrics name its place behind the load balancer. */
  readonly label: pulumi.Output<string>;
}

/** A server group of virtual machines. */
export interface MachineTarget extends ScalingTarget {
  readonly group: aws.autoscaling.Group;
}

/** A server group of containers. */
export interface ContainerTarget extends ScalingTarget {
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly size: StartSize;
}

/** Registers the triggers of one release's Auto Scaling group. Returns what registers its bounds. */
export function scaleMachines(
  context: Context,
  release: Release,
  { group, label }: MachineTarget,
): ServerGroup["bound"] {
  const { name, spec, parent } = context;
  const autoscalingGroupName = group.name;
  let before: aws.autoscaling.Schedule | undefined;
  const schedulesAt = new Map<string, number>();
  forEachTrigger(spec.scaling, {
    metric({ metric, target }) {
      // EC2 does not measure memory, and the capability refuses a trigger for it.
      const predefinedMetricSpecification =
        metric === "requests"
          ? { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel: label }
          : { predefinedMetricType: "ASGAverageCPUUtilization" };
      new aws.autoscaling.Policy(
        `${name}-${release.id}-${metric}`,
        {
          autoscalingGroupName,
          policyType: "TargetTrackingScaling",
          targetTrackingConfiguration: { targetValue: target, predefinedMetricSpecification },
        },
        { parent },
      );
    },
    schedule({ schedule, timezone, min, max }) {
      const recurrence = numericCron(schedule);
      // Named by its time of day, wherever it is in the list. AWS allows a start time once in a group: one that moves to other days
      // may start when the old one does, so it has its name, by which the old one is deleted first.
      const [minute, hour] = recurrence.split(" ");
      const time = fingerprint({ minute, hour, timezone });
      const count = (schedulesAt.get(time) ?? 0) + 1;
      schedulesAt.set(time, count);
      const scheduledActionName = `schedule-${time}${count === 1 ? "" : `-${count}`}`;
      before = new aws.autoscaling.Schedule(
        `${name}-${release.id}-${scheduledActionName}`,
        {
          autoscalingGroupName,
          scheduledActionName,
          recurrence,
          timeZone: timezone,
          minSize: min,
          maxSize: max,
          // The provider's mark for none: without it, the schedule would set the number of instances to 0.
          desiredCapacity: -1,
        },
        {
          parent,
          // AWS refuses two calls for the schedules of one group at the same time.
          // https://github.com/TerraConstructs/base/issues/127
          dependsOn: before === undefined ? [] : [before],
          // The provider would send the start time that it has read once, which is in the past after the first run: AWS refuses it.
          // https://github.com/pulumi/pulumi-aws/issues/2473
          replaceOnChanges: ["recurrence", "minSize", "maxSize"],
          deleteBeforeReplace: true,
        },
      );
    },
  });
  return bounds(context, release, { of: "AutoScalingGroup", group: group.name }, before);
}

const containerMetrics = {
  cpu: "ECSServiceAverageCPUUtilization",
  memory: "ECSServiceAverageMemoryUtilization",
  requests: "ALBRequestCountPerTarget",
} as const;

/** Registers the triggers of one release's ECS service. Returns what registers its bounds. */
export function scaleContainers(
  context: Context,
  release: Release,
  { cluster, service, size, label }: ContainerTarget,
): ServerGroup["bound"] {
  const { name, spec, parent } = context;
  // Registered without triggers too, so that min and max hold whatever else changes the count.
  const scalable = new aws.appautoscaling.Target(
    `${name}-${release.id}`,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: size.startMin,
      maxCapacity: size.startMax,
    },
    // Once the target is registered, `Bounds` sets min and max.
    { parent, ignoreChanges: ["minCapacity", "maxCapacity"] },
  );
  const of = {
    serviceNamespace: scalable.serviceNamespace,
    scalableDimension: scalable.scalableDimension,
    resourceId: scalable.resourceId,
  };
  // AWS refuses two changes of one target at the same time, and the provider does not try again.
  // https://github.com/hashicorp/terraform-provider-aws/issues/17915
  let before: pulumi.Resource = scalable;
  forEachTrigger(spec.scaling, {
    metric({ metric, target }) {
      const predefinedMetricSpecification = {
        predefinedMetricType: containerMetrics[metric],
        ...(metric === "requests" ? { resourceLabel: label } : {}),
      };
      before = new aws.appautoscaling.Policy(
        `${name}-${release.id}-${metric}`,
        {
          ...of,
          policyType: "TargetTrackingScaling",
          targetTrackingScalingPolicyConfiguration: {
            targetValue: target,
            predefinedMetricSpecification,
            scaleOutCooldown: 60,
            scaleInCooldown: 300,
          },
        },
        { parent, dependsOn: before },
      );
    },
    schedule({ schedule, timezone, min: minCapacity, max: maxCapacity }, index) {
      before = new aws.appautoscaling.ScheduledAction(
        `${name}-${release.id}-schedule-${index + 1}`,
        { ...of, schedule: awsCron(schedule), timezone, scalableTargetAction: { minCapacity, maxCapacity } },
        { parent, dependsOn: before },
      );
    },
  });
  return bounds(context, release, { of: "EcsService", group: scalable.resourceId }, before);
}

function bounds(
  { name, spec, facts, parent }: Context,
  release: Release,
  args: Pick<BoundsArgs, "of" | "group">,
  before: pulumi.Resource | undefined,
): ServerGroup["bound"] {
  const { min, max } = release.instances;
  const schedules = scheduledBounds(spec.scaling);
  return (after, hold = noHold) => {
    new Bounds(
      `${name}-${release.id}-bounds`,
      { ...args, ...hold, min, max, schedules, region: facts.region },
      // A schedule that runs before it is registered has to be made up for.
      { parent, dependsOn: [...after, ...(before === undefined ? [] : [before])] },
    );
  };
}
