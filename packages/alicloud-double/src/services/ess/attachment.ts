import type { ActionGroup } from "../../protocol/action";
import type { Fields } from "../../protocol/fields";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { findScalingGroup, requireActive } from "./lookup";
import { activitiesOf, attachInstance, detachInstance, instancesOf, recordActivity } from "./reconciler";
import type { Attachment, ScalingGroup } from "./records";

/** Server groups that are attached to scaling groups. */
export const attachments: ActionGroup = {
  service: "ess",
  actions: {
    AttachServerGroups: ({ fields, world }) =>
      attach(
        world,
        findScalingGroup(world, fields),
        fields.list("ServerGroup").map((one) => parseAttachment(world, one, "ServerGroupId", false)),
        fields.boolean("ForceAttach") ?? false,
      ),
    DetachServerGroups: ({ fields, world }) =>
      detach(
        world,
        findScalingGroup(world, fields),
        fields.list("ServerGroup").map((one) => one.string("ServerGroupId") ?? ""),
        fields.boolean("ForceDetach") ?? false,
      ),
    AttachAlbServerGroups: ({ fields, world }) =>
      attach(
        world,
        findScalingGroup(world, fields),
        fields.list("AlbServerGroup").map((one) => parseAttachment(world, one, "AlbServerGroupId", true)),
        fields.boolean("ForceAttach") ?? false,
      ),
    DetachAlbServerGroups: ({ fields, world }) =>
      detach(
        world,
        findScalingGroup(world, fields),
        fields.list("AlbServerGroup").map((one) => one.string("AlbServerGroupId") ?? ""),
        fields.boolean("ForceDetach") ?? false,
      ),
  },
};

/** An attachment from a request; `inline` marks the older form, which the group itself also reports. */
export function parseAttachment(world: World, fields: Fields, idField: string, inline: boolean): Attachment {
  const id = fields.string(idField) ?? "";
  world.balancing.serverGroups.require(id, "InvalidServerGroupId.NotFound");
  return {
    serverGroupId: id,
    port: fields.number("Port") ?? 80,
    weight: fields.number("Weight") ?? 50,
    type: fields.string("Type") ?? "ALB",
    inline,
  };
}

const attaching = "Attach server groups";
const detaching = "Detach server groups";

/**
 * Refuses a change of a group's attachments while another one is in progress, or while instances start or leave. The
 * codes are those after which the provider repeats a change: resource_alicloud_ess_server_group_attachment.go
 */
function requireNoOtherChange(world: World, group: ScalingGroup): void {
  const running = activitiesOf(world).filter(({ groupId, status }) => groupId === group.id && status === "InProgress");
  const change = running.find(({ description }) => [attaching, detaching].includes(description));
  if (change) throw new Refusal("InvalidOperation.Conflict", `The scaling activity ${change.id} is in progress.`);
  const [other] = running;
  if (other && !world.attachesDuringActivities)
    throw new Refusal("ScalingActivityInProgress", `The scaling activity ${other.id} is in progress.`);
}

/**
 * Refuses to move the instances of a disabled group into a server group or out of it: that is a scaling activity, and
 * those that are triggered after DisableScalingGroup are rejected. The provider repeats the change after this code.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-disablescalinggroup
 */
function requireMovable(world: World, group: ScalingGroup, force: boolean): void {
  if (force && instancesOf(world, group).length > 0) requireActive(group);
}

function attach(world: World, group: ScalingGroup, attachments: Attachment[], force: boolean) {
  requireMovable(world, group, force);
  requireNoOtherChange(world, group);
  for (const attachment of attachments) {
    const { serverGroupId, port } = attachment;
    if (group.attachments.some((other) => other.serverGroupId === serverGroupId && other.port === port))
      throw new Refusal("InvalidOperation.Duplicated", `Server group ${serverGroupId} is attached already.`);
    group.attachments.push(attachment);
    if (force) for (const instance of instancesOf(world, group)) attachInstance(world, instance, attachment);
  }
  return force ? activityResponse(world, group, attaching, "A user attached server groups.") : {};
}

function detach(world: World, group: ScalingGroup, ids: string[], force: boolean) {
  requireMovable(world, group, force);
  requireNoOtherChange(world, group);
  const removed = group.attachments.filter((attachment) => ids.includes(attachment.serverGroupId));
  group.attachments = group.attachments.filter((attachment) => !removed.includes(attachment));
  if (!force) return {};
  for (const attachment of removed)
    for (const instance of instancesOf(world, group)) detachInstance(world, instance, attachment);
  return activityResponse(world, group, detaching, "A user detached server groups.");
}

/** A forced change is an activity only if the group has instances. */
function activityResponse(world: World, group: ScalingGroup, description: string, cause: string) {
  if (!world.returnsAttachmentActivity || instancesOf(world, group).length === 0) return {};
  return { ScalingActivityId: recordActivity(world, group, description, cause, world.delays.transition).id };
}
