import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import type { Context } from "./context";
import { type ServerGroup, noHold } from "../cloud";
import { forEachTrigger, scheduledBounds } from "../triggers";
import { Bounds } from "./bounds";
import { nextLaunch, recurrenceEnd, utcCron } from "./cron";
import { uniqueName } from "./names";
import type { MetricNames } from "./platform";
import { endpointOf } from "./regions";

/** A server group that triggers change. */
export interface ScalingTarget {
  readonly group: alicloud.ess.ScalingGroup;
  /** The target group, by which the requests are counted. */
  readonly targetGroup: pulumi.Output<string>;
  /** The names of the platform's metrics. */
  readonly metrics: MetricNames;
  /** What the group must have before a trigger may change it. */
  readonly dependencies: readonly pulumi.Resource[];
}

/** Registers the triggers of one release's scaling group. Returns what registers its bounds. */
export function scale(
  context: Context,
  release: Release,
  { group, targetGroup, metrics, dependencies }: ScalingTarget,
): ServerGroup["bound"] {
  const { name, spec, facts, parent } = context;
  const scalingGroupId = group.id;
  // The engine deletes each of them: scheduled tasks, and the alarms of a scaling rule, outlive their group.
  // https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-deletescalinggroup
  const opts = { parent, dependsOn: [...dependencies] };
  const tasks: pulumi.Resource[] = [];
  forEachTrigger(spec.scaling, {
    metric({ metric, target }) {
      new alicloud.ess.ScalingRule(
        `${name}-${release.id}-${metric}`,
        {
          scalingGroupId,
          scalingRuleName: uniqueName(context, "scaling rule", release.id, metric),
          scalingRuleType: "TargetTrackingScalingRule",
          metricName: metrics[metric],
          targetValue: metric === "requests" ? perSecond(target) : target,
          estimatedInstanceWarmup: release.shape.health.healthyAfter,
          ...(metric === "requests"
            ? { alarmDimension: { dimensionKey: "rulePool", dimensionValue: targetGroup } }
            : {}),
        },
        opts,
      );
    },
    schedule({ schedule, timezone, min, max }, index) {
      const which = `schedule-${index + 1}`;
      const task = new alicloud.ess.ScheduledTask(
        `${name}-${release.id}-${which}`,
        {
          scheduledTaskName: uniqueName(context, "scheduled task", release.id, which),
          scalingGroupId,
          minValue: min,
          maxValue: max,
          launchTime: nextLaunch(schedule, timezone),
          recurrenceType: "Cron",
          recurrenceValue: utcCron(schedule, timezone),
          recurrenceEndTime: recurrenceEnd(),
          taskEnabled: true,
        },
        // The first launch is in the past at the next update; the recurrence is what counts.
        { ...opts, ignoreChanges: ["launchTime"] },
      );
      tasks.push(task);
    },
  });
  const { min, max } = release.instances;
  const schedules = scheduledBounds(spec.scaling);
  return (after, hold = noHold) => {
    new Bounds(
      `${name}-${release.id}-bounds`,
      { ...hold, region: facts.region, scaling: endpointOf(facts, "ess"), group: group.id, min, max, schedules },
      // A schedule that runs before it is registered has to be made up for.
      { parent, dependsOn: [...after, ...tasks] },
    );
  };
}

/** Converts requests per minute to Auto Scaling's requests per second, with its three decimals. */
function perSecond(perMinute: number): number {
  return Math.max(0.001, Math.round((perMinute / 60) * 1000) / 1000);
}
