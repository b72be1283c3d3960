import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { accepts, page } from "../listing";
import { activitiesOf, instancesOf, removeInstance } from "./reconciler";
import { findScalingGroup, requireActive, requireIdle } from "./lookup";

/** The instances of scaling groups, and the activities that changed them. */
export const scalingInstances: ActionGroup = {
  service: "ess",
  actions: {
    DescribeScalingInstances({ fields, world }) {
      const ids = fields.strings("InstanceId");
      const groupId = fields.string("ScalingGroupId");
      const lifecycle = fields.string("LifecycleState");
      const health = fields.string("HealthStatus");
      const found = world.scaling.instances.where(
        (one) =>
          accepts(ids, one.id) &&
          (!groupId || one.groupId === groupId) &&
          (!lifecycle || one.lifecycle === lifecycle) &&
          (!health || one.health === health),
      );
      return {
        ScalingInstances: {
          ScalingInstance: found.map((one) => ({
            InstanceId: one.id,
            ScalingGroupId: one.groupId,
            ScalingConfigurationId: one.configurationId,
            LaunchTemplateVersion: one.launchTemplateVersion,
            LifecycleState: one.lifecycle,
            HealthStatus: one.health,
            ZoneId: one.zoneId,
            CreationTime: one.created,
            CreatedTime: one.created,
            CreationType: "AutoCreated",
            WarmupState: "NoNeedWarmup",
            PrivateIpAddress: one.ip,
            WeightedCapacity: 1,
            LoadBalancerWeight: 50,
          })),
        },
        ...page(found.length),
        TotalSpotCount: 0,
      };
    },
    DescribeScalingActivities({ fields, world }) {
      const ids = fields.strings("ScalingActivityId");
      const groupId = fields.string("ScalingGroupId");
      const status = fields.string("StatusCode");
      const found = activitiesOf(world)
        .filter(
          (one) => accepts(ids, one.id) && (!groupId || one.groupId === groupId) && (!status || one.status === status),
        )
        .reverse();
      return {
        ScalingActivities: {
          ScalingActivity: found.map((one) => ({
            ScalingActivityId: one.id,
            ScalingGroupId: one.groupId,
            StatusCode: one.status,
            StatusMessage: one.status === "Failed" ? one.problem : "",
            Description: one.description,
            Cause: one.cause,
            StartTime: one.started,
            EndTime: one.ended,
            Progress: one.status === "InProgress" ? 50 : 100,
            TotalCapacity: String(one.total),
          })),
        },
        ...page(found.length),
      };
    },
    // https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-removeinstances
    RemoveInstances({ fields, world }) {
      const group = findScalingGroup(world, fields);
      requireActive(group);
      requireIdle(world, group);
      const ids = fields.strings("InstanceId");
      const all = instancesOf(world, group);
      const unknown = ids.find((id) => !all.some((one) => one.id === id));
      if (unknown !== undefined) throw notFound("InvalidInstanceId.NotFound", unknown);
      if (all.length - ids.length < group.minSize)
        throw new Refusal("IncorrectCapacity.MinSize", "The total capacity would be less than the MinSize.");
      for (const instance of all.filter((one) => ids.includes(one.id)))
        removeInstance(world, group, instance, "A user removed the instance.");
      return { ScalingActivityId: activitiesOf(world).at(-1)?.id ?? "" };
    },
  },
};
