import type { Fields } from "../../protocol/fields";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
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
