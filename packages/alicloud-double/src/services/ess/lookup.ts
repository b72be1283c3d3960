import type { Fields } from "../../protocol/fields";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { activitiesOf } from "./reconciler";
import type { ScalingGroup } from "./records";

/** Auto Scaling's refusal for an unknown scaling group. */
export const noScalingGroup = (id: string) => notFound("InvalidScalingGroupId.NotFound", id);

/** The scaling group that a request names; refuses if the group is being deleted. */
export function findScalingGroup(world: World, fields: Fields): ScalingGroup {
  const group = world.scaling.scalingGroups.require(fields.string("ScalingGroupId"), noScalingGroup);
  if (group.state === "Deleting")
    throw new Refusal("IncorrectScalingGroupStatus", "The scaling group is being deleted.");
  return group;
}

/** Refuses a group that is disabled, or has never been enabled: it starts no scaling activity. */
export function requireActive(group: ScalingGroup): ScalingGroup {
  if (group.state === "Active") return group;
  throw new Refusal(
    "IncorrectScalingGroupStatus",
    "The current status of the specified scaling group does not support this action.",
  );
}

/** Refuses a group with a scaling activity in progress. */
export function requireIdle(world: World, { id }: ScalingGroup): void {
  const running = activitiesOf(world).find(({ groupId, status }) => groupId === id && status === "InProgress");
  if (running) throw new Refusal("ScalingActivityInProgress", `The scaling activity ${running.id} is in progress.`);
}
