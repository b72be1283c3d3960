import type { InstanceSpec } from "../../spec";
import { groupTime, total } from "../timings";

/**
 * Seconds that Alibaba Cloud itself may need to launch an instance: a network interface and an image's layers, or a
 * boot; and Auto Scaling's own activity, after which the instance joins the load balancer.
 */
export const launchSeconds = { container: 150, vm: 240 } as const;

/**
 * The shortest timeout of a lifecycle hook, in seconds.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createlifecyclehook
 */
export const shortestHook = 30;

/** Seconds that a new server group has until all its instances are healthy. */
export function groupSeconds({ compute, health }: Pick<InstanceSpec, "compute" | "health">): number {
  return total(groupTime(launchSeconds[compute], health));
}

/**
 * Minutes that baking an image may take at most: an install of the operating system's packages, a boot and a snapshot
 * for a machine.
 */
export const bakeMinutes = { container: 15, vm: 60 };
