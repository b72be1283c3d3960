import { forwardsIn, type Raw, type Target } from "../services/alb/records";
import type { World } from "../world";

/** A target's health: not checked because nothing refers to its server group, not checked long enough, good, or bad. */
export type Health = "Unused" | "Initial" | "Healthy" | "Unhealthy";

/** A target with its health. */
export type CheckedTarget = Target & { health: Health };

/** The targets of a server group with their health. */
export interface GroupHealth {
  serverGroupId: string;
  weight: number;
  targets: CheckedTarget[];
}

/** The current health of a server group's targets. */
export function targetsOf(world: World, serverGroupId: string): CheckedTarget[] {
  const group = world.balancing.serverGroups.get(serverGroupId);
  if (!group) return [];
  return group.targets.map((target) => ({ ...target, health: healthOfTarget(world, group.referencedSince, target) }));
}

/** The server groups to which actions forward, with the current health of their targets. */
export function healthOf(world: World, actions: readonly Raw[]): GroupHealth[] {
  return forwardsIn(actions).map((forward) => ({ ...forward, targets: targetsOf(world, forward.serverGroupId) }));
}

/** Checks begin once the target has been added and something refers to its group. */
function healthOfTarget(world: World, referencedSince: number | undefined, target: Target): Health {
  if (referencedSince === undefined) return "Unused";
  const instance = world.scaling.instances.get(target.serverId);
  const checkedFor = Date.now() - Math.max(referencedSince, target.since);
  if (target.status !== "Available") return "Initial";
  const servesFor = instance ? (instance.serves ? Date.now() - instance.servesFrom : -1) : checkedFor;
  if (Math.min(checkedFor, servesFor) >= world.delays.healthy) return "Healthy";
  return checkedFor < world.delays.healthy ? "Initial" : "Unhealthy";
}
