import type { Fields } from "../../protocol/fields";
import type { Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { instancesOf, join, leave, note, retire, settle, wantedBy } from "./reconciler";
import type { Attachment, ScalingGroup } from "./records";
import { tagActions } from "../tagging";
import { must } from "../../values";

/** Auto Scaling's refusal for a group that is not there. */
export const noGroup = (id: string) => notFound("InvalidScalingGroupId.NotFound", id);

const SETTINGS = [
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
export const scalingGroups: Service = {
  name: "ess",
  actions: {
    CreateScalingGroup({ fields, world }) {
      const name = fields.text("ScalingGroupName") ?? "";
      if (name && world.scaling.scalingGroups.find((other) => other.name === name))
        throw new Refusal(
          "InvalidScalingGroupName.Duplicate",
          `The specified value of parameter ScalingGroupName is duplicated: ${name}.`,
        );
      const minSize = fields.number("MinSize") ?? 0,
        maxSize = fields.number("MaxSize") ?? 0;
      if (minSize > maxSize) throw new Refusal("InvalidParameter.Conflict", "MinSize is greater than MaxSize.");
      const vSwitchIds = fields.has("VSwitchIds") ? fields.texts("VSwitchIds") : fields.texts("VSwitchId");
      const vSwitches = vSwitchIds.map((id) =>
        world.network.vSwitches.must(id, (missing) => notFound("InvalidVSwitchId.NotFound", missing)),
      );
      const template = fields.text("LaunchTemplateId") ?? "";
      if (template)
        world.network.launchTemplates.must(template, (missing) =>
          notFound("InvalidLaunchTemplateId.NotFound", missing),
        );
      const id = world.id("asg");
      world.scaling.scalingGroups.put(id, {
        id,
        name: name || id,
        type: fields.text("GroupType") === "ECI" ? "ECI" : "ECS",
        state: "Inactive",
        minSize,
        maxSize,
        desired: desiredIn(fields, minSize, maxSize),
        launchTemplateId: template,
        launchTemplateVersion: fields.text("LaunchTemplateVersion") ?? "",
        vSwitchIds,
        vpcId: vSwitches[0]?.vpcId ?? "",
        healthCheckTypes: healthIn(fields),
        removalPolicies: fields.texts("RemovalPolicy"),
        deletionProtection: fields.flag("GroupDeletionProtection") ?? false,
        suspended: [],
        created: world.stamp(true),
        tags: fields.tags(),
        attachments: [
          ...fields.list("AlbServerGroup").map((one) => attachmentIn(world, one, "AlbServerGroupId", true)),
          ...fields.list("ServerGroup").map((one) => attachmentIn(world, one, "ServerGroupId", true)),
        ],
        settings: {
          DefaultCooldown: 300,
          MultiAZPolicy: "PRIORITY",
          ScalingPolicy: "recycle",
          ...fields.pick(...SETTINGS),
          ...(fields.has("LaunchTemplateOverride")
            ? { LaunchTemplateOverrides: { LaunchTemplateOverride: must(fields.raw("LaunchTemplateOverride")) } }
            : {}),
        },
      });
      return { ScalingGroupId: id };
    },
    DescribeScalingGroups({ fields, world }) {
      const ids = fields.texts("ScalingGroupId"),
        names = [...fields.texts("ScalingGroupName")];
      const found = world.scaling.scalingGroups.where(
        (group) => (ids.length === 0 || ids.includes(group.id)) && (names.length === 0 || names.includes(group.name)),
      );
      return {
        ScalingGroups: { ScalingGroup: found.map((group) => groupOut(world, group)) },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
      };
    },
    ModifyScalingGroup({ fields, world }) {
      const group = find(world, fields);
      const minSize = fields.number("MinSize") ?? group.minSize,
        maxSize = fields.number("MaxSize") ?? group.maxSize;
      if (minSize > maxSize) throw new Refusal("InvalidParameter.Conflict", "MinSize is greater than MaxSize.");
      const active = fields.text("ActiveScalingConfigurationId");
      if (active) {
        const configuration = world.scaling.configurations.must(active, (missing) =>
          notFound("InvalidScalingConfigurationId.NotFound", missing),
        );
        if (configuration.groupId !== group.id)
          throw new Refusal(
            "InvalidScalingConfigurationId.NotFound",
            "The scaling configuration belongs to another group.",
            404,
          );
        group.activeConfigurationId = active;
      }
      Object.assign(group, { minSize, maxSize });
      group.desired =
        desiredIn(fields, minSize, maxSize) ??
        (group.desired === undefined ? undefined : Math.min(Math.max(group.desired, minSize), maxSize));
      group.name = fields.text("ScalingGroupName") ?? group.name;
      if (fields.has("RemovalPolicy")) group.removalPolicies = fields.texts("RemovalPolicy");
      if (fields.has("VSwitchIds")) group.vSwitchIds = fields.texts("VSwitchIds");
      if (fields.has("HealthCheckType") || fields.has("HealthCheckTypes")) group.healthCheckTypes = healthIn(fields);
      group.deletionProtection = fields.flag("GroupDeletionProtection") ?? group.deletionProtection;
      group.launchTemplateId = fields.text("LaunchTemplateId") ?? group.launchTemplateId;
      group.launchTemplateVersion = fields.text("LaunchTemplateVersion") ?? group.launchTemplateVersion;
      Object.assign(group.settings, fields.pick(...SETTINGS));
      settle(world, group, "The scaling group was changed.");
    },
    EnableScalingGroup({ fields, world }) {
      const group = find(world, fields);
      if (group.state !== "Inactive")
        throw new Refusal(
          "IncorrectScalingGroupStatus",
          "The current status of the specified scaling group does not support this action.",
        );
      group.activeConfigurationId = fields.text("ActiveScalingConfigurationId") ?? group.activeConfigurationId;
      group.launchTemplateId = fields.text("LaunchTemplateId") ?? group.launchTemplateId;
      group.launchTemplateVersion = fields.text("LaunchTemplateVersion") ?? group.launchTemplateVersion;
      if (!group.activeConfigurationId && !group.launchTemplateId)
        throw new Refusal(
          "MissingActiveScalingConfiguration",
          "An active scaling configuration is missing when you enable a scaling group.",
          400,
        );
      group.state = "Active";
      settle(world, group, "The scaling group was enabled.");
    },
    DisableScalingGroup({ fields, world }) {
      find(world, fields).state = "Inactive";
    },
    DeleteScalingGroup({ fields, world }) {
      const group = find(world, fields);
      if (group.deletionProtection)
        throw inUse("OperationDenied.GroupDeletionProtection", "The scaling group is protected from deletion.");
      const instances = instancesOf(world, group);
      if (!fields.flag("ForceDelete") && instances.length > 0)
        throw inUse(
          "ScalingActivityInProgress",
          "You cannot delete a scaling group that has instances without ForceDelete.",
        );
      group.state = "Deleting";
      for (const instance of instances) retire(world, group, instance, "The scaling group is deleted.");
      world.later(world.pace.transition, () => {
        removeGroup(world, group.id);
      });
    },
    AttachServerGroups: ({ fields, world }) =>
      attach(
        world,
        find(world, fields),
        fields.list("ServerGroup").map((one) => attachmentIn(world, one, "ServerGroupId", false)),
        fields.flag("ForceAttach") ?? false,
      ),
    DetachServerGroups: ({ fields, world }) =>
      detach(
        world,
        find(world, fields),
        fields.list("ServerGroup").map((one) => one.text("ServerGroupId") ?? ""),
        fields.flag("ForceDetach") ?? false,
      ),
    AttachAlbServerGroups: ({ fields, world }) =>
      attach(
        world,
        find(world, fields),
        fields.list("AlbServerGroup").map((one) => attachmentIn(world, one, "AlbServerGroupId", true)),
        fields.flag("ForceAttach") ?? false,
      ),
    DetachAlbServerGroups: ({ fields, world }) =>
      detach(
        world,
        find(world, fields),
        fields.list("AlbServerGroup").map((one) => one.text("AlbServerGroupId") ?? ""),
        fields.flag("ForceDetach") ?? false,
      ),
    SuspendProcesses({ fields, world }) {
      const group = find(world, fields);
      group.suspended = [...new Set([...group.suspended, ...fields.texts("Process")])];
    },
    ResumeProcesses({ fields, world }) {
      const group = find(world, fields);
      group.suspended = group.suspended.filter((name) => !fields.texts("Process").includes(name));
      settle(world, group, "Processes were resumed.");
    },
    ...tagActions((world, id) => world.scaling.scalingGroups.get(id)),
  },
};

/** The group that a request names; a group on its way out takes no more requests. */
export function find(world: World, fields: Fields): ScalingGroup {
  const group = world.scaling.scalingGroups.must(fields.text("ScalingGroupId"), noGroup);
  if (group.state === "Deleting")
    throw new Refusal("IncorrectScalingGroupStatus", "The scaling group is being deleted.");
  return group;
}

function removeGroup(world: World, id: string): void {
  const { scaling } = world;
  scaling.scalingGroups.remove(id);
  for (const one of scaling.instances.where((instance) => instance.groupId === id)) scaling.instances.remove(one.id);
  for (const one of scaling.configurations.where((configuration) => configuration.groupId === id))
    scaling.configurations.remove(one.id);
  for (const one of scaling.scalingRules.where((rule) => rule.groupId === id)) scaling.scalingRules.remove(one.id);
  for (const one of scaling.hooks.where((hook) => hook.groupId === id)) scaling.hooks.remove(one.id);
  for (const one of scaling.scheduledTasks.where((task) => task.settings["ScalingGroupId"] === id))
    scaling.scheduledTasks.remove(one.id);
  for (const one of scaling.alarms.where((alarm) => alarm.settings["ScalingGroupId"] === id))
    scaling.alarms.remove(one.id);
}

function attachmentIn(world: World, one: Fields, idField: string, inline: boolean): Attachment {
  const id = one.text(idField) ?? "";
  world.balancing.serverGroups.must(id, (missing) => notFound("InvalidServerGroupId.NotFound", missing));
  return {
    serverGroupId: id,
    port: one.number("Port") ?? 80,
    weight: one.number("Weight") ?? 50,
    type: one.text("Type") ?? "ALB",
    inline,
  };
}

/** An activity comes of it only when there is something to do: forced, with instances there. */
function attach(world: World, group: ScalingGroup, attachments: Attachment[], force: boolean) {
  for (const attachment of attachments) {
    if (
      group.attachments.some(
        (other) => other.serverGroupId === attachment.serverGroupId && other.port === attachment.port,
      )
    )
      throw new Refusal("InvalidOperation.Duplicated", `Server group ${attachment.serverGroupId} is attached already.`);
    group.attachments.push(attachment);
    if (force) for (const instance of instancesOf(world, group)) join(world, instance, attachment);
  }
  return force && world.answersWithActivity && instancesOf(world, group).length > 0
    ? {
        ScalingActivityId: note(
          world,
          group,
          "Attach server groups",
          "A user attached server groups.",
          world.pace.transition,
        ).id,
      }
    : {};
}

function detach(world: World, group: ScalingGroup, ids: string[], force: boolean) {
  const gone = group.attachments.filter((attachment) => ids.includes(attachment.serverGroupId));
  group.attachments = group.attachments.filter((attachment) => !gone.includes(attachment));
  if (force)
    for (const attachment of gone) for (const instance of instancesOf(world, group)) leave(world, instance, attachment);
  return force && world.answersWithActivity && instancesOf(world, group).length > 0
    ? {
        ScalingActivityId: note(
          world,
          group,
          "Detach server groups",
          "A user detached server groups.",
          world.pace.transition,
        ).id,
      }
    : {};
}

function healthIn(fields: Fields): string[] {
  return fields.has("HealthCheckTypes")
    ? fields.texts("HealthCheckTypes")
    : fields.has("HealthCheckType")
      ? fields.texts("HealthCheckType")
      : ["ECS"];
}

function desiredIn(fields: Fields, minSize: number, maxSize: number): number | undefined {
  const desired = fields.number("DesiredCapacity");
  if (desired !== undefined && (desired < minSize || desired > maxSize))
    throw new Refusal("InvalidParameter.Conflict", "DesiredCapacity is not within MinSize and MaxSize.");
  return desired;
}

function groupOut(world: World, group: ScalingGroup) {
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
    DesiredCapacity: group.desired ?? wantedBy(world, group),
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
