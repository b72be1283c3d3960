import type { Value } from "../../models/shape";
import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { inUse, Refusal } from "../../refusal";
import type { World } from "../../world";
import { parseAttachment } from "./attachment";
import { setBounds, validateBounds } from "./bounds";
import { findScalingGroup, requireActive } from "./lookup";
import { desiredCount, instancesOf, reconcile, removeInstance } from "./reconciler";
import type { Attachment, ScalingGroup } from "./records";
import { acceptsTags, sentTags, tagActions } from "../tagging";
import { accepts, page } from "../listing";

const settingNames = [
  "DefaultCooldown",
  "MultiAZPolicy",
  "ScalingPolicy",
  "HealthCheckType",
  "MaxInstanceLifetime",
  "StopInstanceTimeout",
  "ResourceGroupId",
  "AllocationStrategy",
  "AzBalance",
  "AutoRebalance",
  "BalanceMode",
  "SpotAllocationStrategy",
  "SpotInstanceRemedy",
  "SpotInstancePools",
  "OnDemandBaseCapacity",
  "OnDemandPercentageAboveBaseCapacity",
  "CompensateWithOnDemand",
  "CapacityOptions",
];

/** Scaling groups. */
export const scalingGroups: ActionGroup = {
  service: "ess",
  actions: {
    CreateScalingGroup({ fields, world }) {
      const name = fields.string("ScalingGroupName") ?? "";
      if (name && world.scaling.scalingGroups.find((other) => other.name === name))
        throw new Refusal(
          "InvalidScalingGroupName.Duplicate",
          `The specified value of parameter ScalingGroupName is duplicated: ${name}.`,
        );
      const minSize = fields.number("MinSize") ?? 0;
      const maxSize = fields.number("MaxSize") ?? 0;
      const desired = fields.number("DesiredCapacity");
      validateBounds({ minSize, maxSize, desired });
      const vSwitchIds = fields.has("VSwitchIds") ? fields.strings("VSwitchIds") : fields.strings("VSwitchId");
      const vSwitches = vSwitchIds.map((id) => world.network.vSwitches.require(id, "InvalidVSwitchId.NotFound"));
      const template = fields.string("LaunchTemplateId") ?? "";
      if (template) world.network.launchTemplates.require(template, "InvalidLaunchTemplateId.NotFound");
      const id = world.newId("asg");
      world.scaling.scalingGroups.put(id, {
        id,
        name: name || id,
        type: fields.string("GroupType") === "ECI" ? "ECI" : "ECS",
        state: "Inactive",
        minSize,
        maxSize,
        ...(desired === undefined ? {} : { desired }),
        launchTemplateId: template,
        launchTemplateVersion: fields.string("LaunchTemplateVersion") ?? "",
        vSwitchIds,
        vpcId: vSwitches[0]?.vpcId ?? "",
        healthCheckTypes: parseHealthCheckTypes(fields),
        removalPolicies: fields.strings("RemovalPolicy"),
        deletionProtection: fields.boolean("GroupDeletionProtection") ?? false,
        suspended: [],
        created: world.timestamp(true),
        tags: sentTags(fields),
        attachments: [
          ...fields.list("AlbServerGroup").map((one) => parseAttachment(world, one, "AlbServerGroupId", true)),
          ...fields.list("ServerGroup").map((one) => parseAttachment(world, one, "ServerGroupId", true)),
        ],
        settings: {
          DefaultCooldown: 300,
          MultiAZPolicy: "PRIORITY",
          ScalingPolicy: "recycle",
          ...fields.pick(...settingNames),
          ...overridesIn(fields),
        },
      });
      return { ScalingGroupId: id };
    },
    DescribeScalingGroups({ fields, world }) {
      const ids = fields.strings("ScalingGroupId");
      const names = [...fields.strings("ScalingGroupName")];
      const found = world.scaling.scalingGroups.where(
        (group) => accepts(ids, group.id) && accepts(names, group.name) && acceptsTags(world, fields, group),
      );
      return {
        ScalingGroups: { ScalingGroup: found.map((group) => scalingGroupResponse(world, group)) },
        ...page(found.length),
      };
    },
    ModifyScalingGroup({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const minSize = fields.number("MinSize") ?? group.minSize;
      const maxSize = fields.number("MaxSize") ?? group.maxSize;
      const desired = fields.number("DesiredCapacity");
      validateBounds({ minSize, maxSize, desired });
      const active = fields.string("ActiveScalingConfigurationId");
      if (active) {
        const configuration = world.scaling.configurations.require(active, "InvalidScalingConfigurationId.NotFound");
        if (configuration.groupId !== group.id)
          throw new Refusal(
            "InvalidScalingConfigurationId.NotFound",
            "The scaling configuration belongs to another group.",
            404,
          );
        group.activeConfigurationId = active;
      }
      group.name = fields.string("ScalingGroupName") ?? group.name;
      if (fields.has("RemovalPolicy")) group.removalPolicies = fields.strings("RemovalPolicy");
      if (fields.has("VSwitchIds")) group.vSwitchIds = fields.strings("VSwitchIds");
      if (fields.has("HealthCheckType") || fields.has("HealthCheckTypes"))
        group.healthCheckTypes = parseHealthCheckTypes(fields);
      group.deletionProtection = fields.boolean("GroupDeletionProtection") ?? group.deletionProtection;
      group.launchTemplateId = fields.string("LaunchTemplateId") ?? group.launchTemplateId;
      group.launchTemplateVersion = fields.string("LaunchTemplateVersion") ?? group.launchTemplateVersion;
      Object.assign(group.settings, fields.pick(...settingNames), overridesIn(fields));
      setBounds(world, group, { minSize, maxSize, desired }, "The scaling group was changed.");
    },
    EnableScalingGroup({ fields, world }) {
      const group = findScalingGroup(world, fields);
      if (group.state !== "Inactive")
        throw new Refusal(
          "IncorrectScalingGroupStatus",
          "The current status of the specified scaling group does not support this action.",
        );
      group.activeConfigurationId = fields.string("ActiveScalingConfigurationId") ?? group.activeConfigurationId;
      group.launchTemplateId = fields.string("LaunchTemplateId") ?? group.launchTemplateId;
      group.launchTemplateVersion = fields.string("LaunchTemplateVersion") ?? group.launchTemplateVersion;
      if (!group.activeConfigurationId && !group.launchTemplateId)
        throw new Refusal(
          "MissingActiveScalingConfiguration",
          "An active scaling configuration is missing when you enable a scaling group.",
          400,
        );
      group.state = "Active";
      reconcile(world, group, "The scaling group was enabled.");
    },
    // https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-disablescalinggroup
    DisableScalingGroup({ fields, world }) {
      const group = findScalingGroup(world, fields);
      requireActive(group);
      group.state = "Inactive";
    },
    DeleteScalingGroup({ fields, world }) {
      const group = findScalingGroup(world, fields);
      if (group.deletionProtection)
        throw inUse("OperationDenied.GroupDeletionProtection", "The scaling group is protected from deletion.");
      const instances = instancesOf(world, group);
      if (!fields.boolean("ForceDelete") && instances.length > 0)
        throw inUse(
          "ScalingActivityInProgress",
          "You cannot delete a scaling group that has instances without ForceDelete.",
        );
      group.state = "Deleting";
      for (const instance of instances) removeInstance(world, group, instance, "The scaling group is deleted.");
      world.schedule(world.delays.transition, () => {
        removeGroup(world, group.id);
      });
    },
    SuspendProcesses({ fields, world }) {
      const group = findScalingGroup(world, fields);
      group.suspended = [...new Set([...group.suspended, ...fields.strings("Process")])];
    },
    ResumeProcesses({ fields, world }) {
      const group = findScalingGroup(world, fields);
      group.suspended = group.suspended.filter((name) => !fields.strings("Process").includes(name));
      reconcile(world, group, "Processes were resumed.");
    },
    ...tagActions(({ scaling }) => ({ scalinggroup: scaling.scalingGroups })),
  },
};

/**
 * Removes a group. Its scheduled tasks and alarms stay:
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-deletescalinggroup
 */
function removeGroup(world: World, id: string): void {
  const { scaling } = world;
  scaling.scalingGroups.remove(id);
  for (const one of scaling.instances.where((instance) => instance.groupId === id)) scaling.instances.remove(one.id);
  for (const one of scaling.configurations.where((configuration) => configuration.groupId === id))
    scaling.configurations.remove(one.id);
  for (const one of scaling.scalingRules.where((rule) => rule.groupId === id)) scaling.scalingRules.remove(one.id);
  for (const one of scaling.hooks.where((hook) => hook.groupId === id)) scaling.hooks.remove(one.id);
}

/** The instance types instead of the launch template's, in the order in which the group tries them. */
function overridesIn(fields: Fields): Record<string, Value> {
  const sent = fields.raw("LaunchTemplateOverride");
  return sent === undefined ? {} : { LaunchTemplateOverrides: { LaunchTemplateOverride: sent } };
}

/**
 * The checks of a group; `ECS` is the one of the instances themselves in groups of either kind.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup
 */
const healthCheckTypes = ["NONE", "ECS", "LOAD_BALANCER"];

function parseHealthCheckTypes(fields: Fields): string[] {
  const name = fields.has("HealthCheckTypes") ? "HealthCheckTypes" : "HealthCheckType";
  const types = fields.has(name) ? fields.strings(name) : ["ECS"];
  const unknown = types.find((type) => !healthCheckTypes.includes(type));
  if (unknown !== undefined)
    throw new Refusal("InvalidParameter", `The specified value of parameter ${name} is not valid: ${unknown}.`);
  return types;
}

function scalingGroupResponse(world: World, group: ScalingGroup) {
  const instances = instancesOf(world, group);
  const count = (lifecycle: string) => instances.filter((instance) => instance.lifecycle === lifecycle).length;
  const port = (one: Attachment) => ({ Port: one.port, Weight: one.weight });
  return {
    ...group.settings,
    ScalingGroupId: group.id,
    ScalingGroupName: group.name,
    GroupType: group.type,
    LifecycleState: group.state,
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired ?? desiredCount(world, group),
    ActiveScalingConfigurationId: group.activeConfigurationId ?? "",
    LaunchTemplateId: group.launchTemplateId,
    LaunchTemplateVersion: group.launchTemplateVersion,
    VpcId: group.vpcId,
    VSwitchId: group.vSwitchIds[0] ?? "",
    VSwitchIds: { VSwitchId: group.vSwitchIds },
    ...(group.settings["HealthCheckType"] || group.healthCheckTypes.length === 1
      ? { HealthCheckType: group.settings["HealthCheckType"] ?? group.healthCheckTypes[0] }
      : {}),
    HealthCheckTypes: { HealthCheckType: group.healthCheckTypes },
    RemovalPolicies: {
      RemovalPolicy: group.removalPolicies.length
        ? group.removalPolicies
        : ["OldestScalingConfiguration", "OldestInstance"],
    },
    GroupDeletionProtection: group.deletionProtection,
    DBInstanceIds: { DBInstanceId: [] },
    LoadBalancerIds: { LoadBalancerId: [] },
    VServerGroups: { VServerGroup: [] },
    SuspendedProcesses: { SuspendedProcess: group.suspended },
    AlbServerGroups: {
      AlbServerGroup: group.attachments
        .filter((one) => one.inline)
        .map((one) => ({ AlbServerGroupId: one.serverGroupId, ...port(one) })),
    },
    ServerGroups: {
      ServerGroup: group.attachments
        .filter((one) => !one.inline)
        .map((one) => ({ ServerGroupId: one.serverGroupId, Type: one.type, ...port(one) })),
    },
    TotalCapacity: instances.length,
    ActiveCapacity: count("InService"),
    PendingCapacity: count("Pending"),
    PendingWaitCapacity: count("Pending:Wait"),
    RemovingCapacity: count("Removing"),
    ProtectedCapacity: count("Protected"),
    StandbyCapacity: 0,
    StoppedCapacity: 0,
    TotalInstanceCount: instances.length,
    RegionId: world.region,
    CreationTime: group.created,
    SystemSuspended: false,
    IsElasticStrengthInAlarm: false,
  };
}
