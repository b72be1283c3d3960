import type { InstanceSpec } from "../../spec";
import { groupTime, total } from "../timings";

/** Seconds that AWS itself may need to launch an instance: a network interface and an image's layers, or a boot. */
export const launchSeconds = { container: 90, vm: 120 } as const;

/** Seconds that a new server group has until all its instances are healthy. */
export function groupSeconds({ compute, health }: Pick<InstanceSpec, "compute" | "health">): number {
  return total(groupTime(launchSeconds[compute], health));
}

/**
 * Minutes that baking an image may take at most: an install of the operating system's packages, a boot and a snapshot
 * for a machine.
 */
export const bakeMinutes = { container: 15, vm: 60 };
