import type { InstanceSpec, ServiceSpec } from "../spec";

/** The seconds that a step of an update may take at most, by what they are spent on. */
export type StepTime = Readonly<Record<string, number>>;

/**
 * The time that a new server group has until all its instances are healthy. The wait enforces it and the plan prints
 * it. `launchSeconds` is what the platform needs to launch an instance.
 */
export function groupTime(
  launchSeconds: number,
  { startWithin, healthyAfter }: Pick<InstanceSpec["health"], "startWithin" | "healthyAfter">,
): StepTime {
  return { launch: launchSeconds, start: startWithin, healthy: healthyAfter };
}

/**
 * The time in which an old server group leaves. `launchSeconds` is also what the platform needs to stop an instance.
 */
export function removalTime(launchSeconds: number, { drain }: Pick<ServiceSpec["loadBalancer"], "drain">): StepTime {
  return { drain, stop: launchSeconds };
}

/** The sum of a step's parts, in seconds. */
export function total(time: StepTime): number {
  return Object.values(time).reduce((sum, seconds) => sum + seconds, 0);
}

/**
 * The seconds that a load balancer may need until it forwards by a rule that its API shows already. A traffic split
 * waits for so long after shares have moved, before the groups without traffic are drained and deleted.
 */
export const settleSeconds = 20;
