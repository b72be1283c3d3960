import { targetsOf } from "../../plane/health";
import type { World } from "../../world";
import { addTarget, removeTarget } from "../alb/server-group";
import type { Activity, Attachment, Instance, ScalingGroup } from "./records";
import { latestVersion } from "../ecs/launch-template";
import { folderOf, mountsIn } from "../nas/folder";
import { chooseType, launchProblem, securityGroupsIn } from "./offers";
import { assertDefined } from "../../values";

/** Scaling activities by world. They outlive their groups, so they are not among the world's resources. */
const activities = new WeakMap<World, Activity[]>();

/** The scaling activities of a world, oldest first. */
export function activitiesOf(world: World): Activity[] {
  let history = activities.get(world);
  if (!history) activities.set(world, (history = []));
  return history;
}

/** Records an activity, which ends after a delay: with success, unless a problem is given. */
export function recordActivity(
  world: World,
  group: ScalingGroup,
  description: string,
  cause: string,
  milliseconds: number,
  problem = "",
): Activity {
  const status = problem === "" ? "Successful" : "Failed";
  const activity: Activity = {
    id: world.newId("asa"),
    groupId: group.id,
    status: "InProgress",
    description,
    cause,
    problem,
    started: world.timestamp(),
    ended: "",
    total: instancesOf(world, group).length,
  };
  activitiesOf(world).push(activity);
  world.schedule(milliseconds, () => Object.assign(activity, { status, ended: world.timestamp() }));
  return activity;
}

/** A group's instances, oldest first. */
export function instancesOf(world: World, group: ScalingGroup): Instance[] {
  return world.scaling.instances.where((instance) => instance.groupId === group.id);
}

/** How many instances the group should have: the desired capacity, or else what it has, within its limits. */
export function desiredCount(world: World, group: ScalingGroup): number {
  const having = instancesOf(world, group).filter((instance) => instance.lifecycle !== "Removing").length;
  return Math.min(Math.max(group.desired ?? having, group.minSize), group.maxSize);
}

/** Starts or removes instances until an active group has as many as it should. */
export function reconcile(world: World, group: ScalingGroup, cause: string): void {
  if (group.state !== "Active") return;
  const having = instancesOf(world, group).filter((instance) => instance.lifecycle !== "Removing");
  const wanted = desiredCount(world, group);
  if (having.length < wanted && !group.suspended.includes("ScaleOut")) {
    const places = having.map(({ vSwitchId }) => vSwitchId);
    for (let at = having.length; at < wanted; at++) {
      const vSwitchId = launch(world, group, at, byOccupancy(group.vSwitchIds, places), cause);
      if (vSwitchId !== undefined) places.push(vSwitchId);
    }
  }
  if (having.length > wanted && !group.suspended.includes("ScaleIn"))
    for (const instance of removalOrder(having, group).slice(0, having.length - wanted))
      removeInstance(world, group, instance, cause);
}

/**
 * The vSwitches, those with the fewest instances first: with the policy BALANCE, an instance goes into another zone
 * where the emptiest one has no stock.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2022-02-22-createscalinggroup
 */
function byOccupancy(vSwitchIds: readonly string[], places: readonly string[]): readonly string[] {
  const count = (id: string) => places.filter((place) => place === id).length;
  return [...vSwitchIds].sort((a, b) => count(a) - count(b));
}

/** Starts an instance in the first of the vSwitches whose zone has an instance type, and returns that vSwitch. */
function launch(
  world: World,
  group: ScalingGroup,
  number: number,
  vSwitchIds: readonly string[],
  cause: string,
): string | undefined {
  const configuration = world.scaling.configurations.get(group.activeConfigurationId);
  const template = world.network.launchTemplates.get(group.launchTemplateId);
  if (!configuration && !template) return undefined;
  const fate = world.outcomeOf({
    groupId: group.id,
    groupName: group.name,
    configurationId: configuration?.id ?? group.launchTemplateId,
    number,
  });
  const settings = configuration?.settings ?? templateData(world, group) ?? {};
  const wanted = { kind: group.type, types: typesOf(group, settings), settings };
  const choices = vSwitchIds.map((id) => ({ id, choice: chooseType(world, wanted, id) }));
  const found = choices.find(({ choice }) => "type" in choice) ?? choices[0];
  if (found === undefined) return undefined;
  const { id: vSwitchId, choice } = found;
  const launched = "problem" in choice ? choice.problem : launchProblem(world, settings, vSwitchId, group, choice.type);
  const problem = fate === "fails-to-start" ? "OperationDenied.NoStock" : launched;
  if (problem !== undefined) {
    recordActivity(world, group, "Add 1 instance", cause, world.delays.instance, problem);
    return undefined;
  }
  const mounts = mountsIn(settings);
  const id = group.type === "ECI" ? world.newId("eci") : world.newId("i");
  const instance = world.scaling.instances.put(id, {
    id,
    groupId: group.id,
    configurationId: configuration?.id ?? "",
    launchTemplateVersion: template ? templateVersion(world, group) : "",
    number,
    type: "type" in choice ? choice.type : "",
    lifecycle: "Pending",
    health: "Healthy",
    // cloud-init does not start the app of a machine whose share cannot be mounted.
    serves: fate === "serves" && mounts.every((mount) => folderOf(world, mount)),
    servesFrom: Date.now() + world.delays.instance + world.delays.start,
    vSwitchId,
    zoneId: world.network.vSwitches.get(vSwitchId)?.zoneId ?? "",
    ip: `10.0.${number % 250}.${(world.scaling.instances.size % 250) + 1}`,
    securityGroupIds: securityGroupsIn(settings),
    mounts,
    created: world.timestamp(),
    addedAt: Date.now(),
  });
  recordActivity(world, group, `Add ${id}`, cause, world.delays.instance);
  world.schedule(world.delays.instance, () => {
    if (!isIn(world, instance) || instance.lifecycle !== "Pending") return;
    instance.servesFrom = Date.now() + world.delays.start;
    const hold = holdOf(world, group);
    if (hold === 0) {
      putInService(world, group, instance);
      return;
    }
    instance.lifecycle = "Pending:Wait";
    world.schedule(hold, () => {
      if (isIn(world, instance) && instance.lifecycle === "Pending:Wait") putInService(world, group, instance);
    });
  });
  return vSwitchId;
}

/**
 * How long hooks hold an instance that is added, which is in no server group meanwhile; 0 without a hook.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createlifecyclehook
 */
function holdOf(world: World, group: ScalingGroup): number {
  const hooks = world.scaling.hooks.where(
    ({ groupId, settings }) => groupId === group.id && settings["LifecycleTransition"] === "SCALE_OUT",
  );
  const seconds = hooks.map(({ settings }) => Number(settings["HeartbeatTimeout"]));
  return Math.max(0, ...seconds) * world.delays.hookSecond;
}

function putInService(world: World, group: ScalingGroup, instance: Instance): void {
  instance.lifecycle = "InService";
  for (const attachment of group.attachments) attachInstance(world, instance, attachment);
  watchHealth(world, group, instance);
}

/**
 * Replaces an instance that a load balancer has found unhealthy, if the group uses the load balancer's health checks:
 * also while its app still starts, because no document has a grace period.
 * https://www.alibabacloud.com/help/en/auto-scaling/use-cases/use-lifecycle-hooks-to-ensure-service-availability
 */
function watchHealth(world: World, group: ScalingGroup, instance: Instance): void {
  const { healthy, replace, start, transition } = world.delays;
  world.schedule(Math.max(5, Math.min(healthy, start) / 2), () => {
    if (!isIn(world, instance) || instance.lifecycle === "Removing") return;
    if (!isUnhealthy(world, group, instance)) {
      watchHealth(world, group, instance);
      return;
    }
    instance.health = "Unhealthy";
    world.schedule(replace, () => {
      if (!isIn(world, instance) || instance.lifecycle === "Removing") return;
      removeInstance(world, group, instance, "The load balancer found the instance unhealthy.");
      world.schedule(transition, () => {
        reconcile(world, group, "An unhealthy instance is replaced.");
      });
    });
  });
}

/**
 * Stops an instance as its own service does when somebody deletes it there: its app is gone at once, and the group
 * replaces it after a while, whatever its health check.
 */
export function failInstance(world: World, id: string): boolean {
  const instance = world.scaling.instances.get(id);
  const group = world.scaling.scalingGroups.get(instance?.groupId);
  if (instance === undefined || group === undefined) return false;
  Object.assign(instance, { serves: false, health: "Unhealthy" });
  world.schedule(world.delays.replace, () => {
    if (!isIn(world, instance) || instance.lifecycle === "Removing") return;
    removeInstance(world, group, instance, "The instance does not exist.");
    world.schedule(world.delays.transition, () => {
      reconcile(world, group, "An unhealthy instance is replaced.");
    });
  });
  return true;
}

function isUnhealthy(world: World, group: ScalingGroup, { id }: Instance): boolean {
  if (!group.healthCheckTypes.includes("LOAD_BALANCER") || group.suspended.includes("HealthCheck")) return false;
  return group.attachments
    .flatMap(({ serverGroupId }) => targetsOf(world, serverGroupId))
    .some(({ serverId, health }) => serverId === id && health === "Unhealthy");
}

function isIn(world: World, instance: Instance): boolean {
  return world.scaling.instances.get(instance.id) === instance;
}

/** Removes an instance from its server groups, and deletes it after a delay. */
export function removeInstance(world: World, group: ScalingGroup, instance: Instance, cause: string): void {
  instance.lifecycle = "Removing";
  for (const attachment of group.attachments) detachInstance(world, instance, attachment);
  recordActivity(world, group, `Remove ${instance.id}`, cause, world.delays.transition);
  world.schedule(world.delays.transition, () => world.scaling.instances.remove(instance.id));
}

/** Adds an instance that is in service to a server group. */
export function attachInstance(world: World, instance: Instance, attachment: Attachment): void {
  const group = world.balancing.serverGroups.get(attachment.serverGroupId);
  if (!group || instance.lifecycle !== "InService") return;
  addTarget(world, group, {
    serverId: instance.id,
    serverType: instance.id.startsWith("eci") ? "Eci" : "Ecs",
    serverIp: instance.ip,
    port: attachment.port,
    weight: attachment.weight,
    description: "",
  });
}

/** Removes an instance from a server group. */
export function detachInstance(world: World, instance: Instance, attachment: Attachment): void {
  const group = world.balancing.serverGroups.get(attachment.serverGroupId);
  if (group) removeTarget(group, instance.id, attachment.port);
}

/** The instances in the order of removal: the newest first if the policy says so, else the oldest first. */
function removalOrder(instances: readonly Instance[], group: ScalingGroup): Instance[] {
  const free = instances.filter((instance) => instance.lifecycle !== "Protected");
  return group.removalPolicies[0] === "NewestInstance" ? [...free].reverse() : free;
}

/** The instance types to try, in order; a container group by its size has none, which counts as one. */
function typesOf(group: ScalingGroup, settings: Readonly<Record<string, unknown>>): string[] {
  const overrides = group.settings["LaunchTemplateOverrides"] as
    { LaunchTemplateOverride?: readonly { InstanceType?: string }[] } | undefined;
  const listed = (overrides?.LaunchTemplateOverride ?? []).map(({ InstanceType }) => InstanceType ?? "");
  const own = [settings["InstanceType"], settings["InstanceTypes"]].flat().filter((type) => typeof type === "string");
  return listed.length > 0 ? listed : own.length > 0 ? own : [""];
}

function templateVersion(world: World, group: ScalingGroup): string {
  const template = assertDefined(world.network.launchTemplates.get(group.launchTemplateId));
  return group.launchTemplateVersion === "Latest"
    ? String(latestVersion(template))
    : group.launchTemplateVersion === "Default" || !group.launchTemplateVersion
      ? String(template.defaultVersion)
      : group.launchTemplateVersion;
}

function templateData(world: World, group: ScalingGroup): Record<string, unknown> | undefined {
  const template = world.network.launchTemplates.get(group.launchTemplateId);
  return template?.versions.find((version) => String(version.number) === templateVersion(world, group))?.data;
}
