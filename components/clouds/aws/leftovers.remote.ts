/** Removes what an interrupted update has left in the cloud: what has the stack's mark and is not in its state. */
import { now, sleep } from "../../clock.remote";
import { messageOf } from "../../error-message";
import type { Finder, Leftover, Own } from "./leftover.remote";
import { balancerZones, balancers, listenerRules, listeners, targetGroups } from "./leftovers-balancing.remote";
import { clusters, launchTemplates, machineGroups, services } from "./leftovers-groups.remote";
import { instanceProfiles, policies, roles } from "./leftovers-identity.remote";
import { isForbidden } from "./clients.remote";
import { accessPoints, mountTargets } from "./leftovers-files.remote";
import {
  addresses,
  endpointRoutes,
  endpointZones,
  endpoints,
  internetGateways,
  natGateways,
  routeTables,
  routes,
  securityGroupRules,
  securityGroups,
  subnets,
  tableAssociations,
  vpcs,
} from "./leftovers-network.remote";

/**
 * The kinds, in an order in which nothing is in use by a later one. Each kind is found once those before it are gone.
 */
const kinds: Readonly<Record<string, Finder>> = {
  "listener rules": listenerRules,
  listeners,
  "load balancers": balancers,
  "zones of load balancers": balancerZones,
  "ECS services": services,
  "Auto Scaling groups": machineGroups,
  "launch templates": launchTemplates,
  "target groups": targetGroups,
  "ECS clusters": clusters,
  "NAT gateways": natGateways,
  addresses,
  "routes of endpoints": endpointRoutes,
  "zones of endpoints": endpointZones,
  endpoints,
  "mount targets": mountTargets,
  "access points": accessPoints,
  routes,
  "associations of route tables": tableAssociations,
  "route tables": routeTables,
  "rules of security groups": securityGroupRules,
  "security groups": securityGroups,
  subnets,
  "internet gateways": internetGateways,
  "instance profiles": instanceProfiles,
  "policies of roles": policies,
  roles,
  VPCs: vpcs,
};

/** Seconds that each kind has until all of it is gone, and between two attempts. A NAT gateway needs minutes. */
const limits = { within: 600, interval: 5 } as const;

/** Removes all leftovers. Returns a sentence for each that could not be removed, or not even be looked for. */
export async function removeLeftovers(own: Own): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [kind, find] of Object.entries(kinds)) {
    try {
      problems.push(...(await removeAll(await find(own))));
    } catch (error) {
      problems.push(`${kind} of an interrupted update were not looked for: ${messageOf(error)}`);
    }
  }
  return problems;
}

async function removeAll(found: readonly Leftover[]): Promise<string[]> {
  const deadline = now() + limits.within * 1000;
  let left = [...found];
  for (;;) {
    const failed = new Map<Leftover, unknown>();
    for (const one of left) {
      try {
        await one.remove();
        if (one.gone !== undefined && !(await one.gone())) failed.set(one, new Error("its deletion takes too long"));
      } catch (error) {
        if (!isMissing(error)) failed.set(one, error);
      }
    }
    left = [...failed.keys()];
    const retried = left.some((one) => !isForbidden(failed.get(one)));
    if (left.length === 0 || !retried || now() >= deadline)
      return [...failed].map(
        ([{ what }, error]) => `${what} of an interrupted update was not removed: ${messageOf(error)}`,
      );
    await sleep(limits.interval * 1000);
  }
}

/** Whether an error of AWS's says that there is nothing to remove. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuchEntity|ClusterNotFound|ServiceNotActive/.test(error.name);
}
