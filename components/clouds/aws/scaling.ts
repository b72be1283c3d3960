import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import type { Context } from "../context";
import { numericCron } from "../cron";
import { forEachTrigger } from "../triggers";
import { awsCron } from "./cron";

/** A server group of virtual machines, and how metrics name its place behind the load balancer. */
export interface MachineTarget {
  readonly group: aws.autoscaling.Group;
  readonly label: pulumi.Output<string>;
}

/** A server group of containers, and how metrics name its place behind the load balancer. */
export interface ContainerTarget {
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly label: pulumi.Output<string>;
}

/** Registers the triggers of one release's Auto Scaling group. */
export function scaleMachines(
  { name, spec, parent }: Context,
  release: Release,
  { group, label }: MachineTarget,
): void {
  const autoscalingGroupName = group.name;
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
    schedule({ schedule, timezone, min, max }, index) {
      const scheduledActionName = `schedule-${index + 1}`;
      new aws.autoscaling.Schedule(
        `${name}-${release.id}-${scheduledActionName}`,
        {
          autoscalingGroupName,
          scheduledActionName,
          recurrence: numericCron(schedule),
          timeZone: timezone,
          minSize: min,
          maxSize: max,
        },
        { parent },
      );
    },
  });
}

const containerMetrics = {
  cpu: "ECSServiceAverageCPUUtilization",
  memory: "ECSServiceAverageMemoryUtilization",
  requests: "ALBRequestCountPerTarget",
} as const;

/** Registers the triggers of one release's ECS service. */
export function scaleContainers(
  { name, spec, parent }: Context,
  release: Release,
  { cluster, service, label }: ContainerTarget,
): void {
  const { min, max } = release.instances;
  // Registered without triggers too, so that min and max hold whatever else changes the count.
  const scalable = new aws.appautoscaling.Target(
    `${name}-${release.id}`,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: min,
      maxCapacity: max,
    },
    { parent },
  );
  const of = {
    serviceNamespace: scalable.serviceNamespace,
    scalableDimension: scalable.scalableDimension,
    resourceId: scalable.resourceId,
  };
  forEachTrigger(spec.scaling, {
    metric({ metric, target }) {
      const predefinedMetricSpecification = {
        predefinedMetricType: containerMetrics[metric],
        ...(metric === "requests" ? { resourceLabel: label } : {}),
      };
      new aws.appautoscaling.Policy(
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
        { parent },
      );
    },
    schedule({ schedule, timezone, min: minCapacity, max: maxCapacity }, index) {
      new aws.appautoscaling.ScheduledAction(
        `${name}-${release.id}-schedule-${index + 1}`,
        { ...of, schedule: awsCron(schedule), timezone, scalableTargetAction: { minCapacity, maxCapacity } },
        { parent },
      );
    },
  });
}
