import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { reconcile } from "./reconciler";
import type { ScalingGroup } from "./records";

/** The range of a group's number of instances, and the number that it should have. */
export interface Bounds {
  minSize: number;
  maxSize: number;
  /** Undefined leaves it to the group, which keeps what it has as far as the range allows. */
  desired?: number | undefined;
}

/**
 * Sets a group's bounds. Its number of instances moves into the range at once:
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-modifyscalinggroup
 */
export function setBounds(world: World, group: ScalingGroup, bounds: Bounds, cause: string): void {
  const { minSize, maxSize, desired } = bounds;
  const clamp = (count: number) => Math.min(Math.max(count, minSize), maxSize);
  group.minSize = minSize;
  group.maxSize = maxSize;
  group.desired = desired ?? (group.desired === undefined ? undefined : clamp(group.desired));
  reconcile(world, group, cause);
}

/** Refuses a range that is none, or a number of instances outside of it. */
export function validateBounds({ minSize, maxSize, desired }: Bounds): void {
  if (minSize > maxSize) throw new Refusal("InvalidParameter.Conflict", "MinSize is greater than MaxSize.");
  if (desired !== undefined && (desired < minSize || desired > maxSize))
    throw new Refusal("InvalidParameter.Conflict", "DesiredCapacity is not within MinSize and MaxSize.");
}
