import { forwardsIn, type Raw, type Target } from "../services/alb/records";
import type { World } from "../world";
import { assertDefined } from "../values";

/** How a target stands: not checked because nothing names its group, not checked long enough, good, or bad. */
export type Health = "Unused" | "Initial" | "Healthy" | "Unhealthy";

/** A target with its health. */
export type CheckedTarget = Target & { health: Health };

/** The targets of one server group with their health. */
export interface GroupHealth {
  serverGroupId: string;
  weight: number;
  targets: CheckedTarget[];
}

/** The health of one server group's targets now. */
export function targetsOf(world: World, serverGroupId: string): CheckedTarget[] {
  const group = world.balancing.serverGroups.get(serverGroupId);
  return (group?.targets ?? []).map((target) => ({
    ...target,
    health: healthState(world, assertDefined(group).referencedSince, target),
  }));
}

/** The server groups behind actions, with the health of their targets now. */
export function healthOf(world: World, actions: readonly Raw[]): GroupHealth[] {
  return forwardsIn(actions).map((forward) => ({ ...forward, targets: targetsOf(world, forward.serverGroupId) }));
}

/** A target is good once it has been checked for long enough, which begins when its group is named and it is there. */
function healthState(world: World, named: number | undefined, target: Target): Health {
  if (named === undefined) return "Unused";
  const instance = world.scaling.instances.get(target.serverId);
  const checkedFor = Date.now() - Math.max(named, target.since);
  if (target.status !== "Available" || checkedFor < world.delays.healthy) return "Initial";
  return !instance || instance.serves ? "Healthy" : "Unhealthy";
}
