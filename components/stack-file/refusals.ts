import type { Effect } from "./change-kinds";
import { effectsOf } from "./changes";
import type { CloudName } from "./types";
import { type Problem, show } from "./problems";

/** Where a service is: what cannot change while a release serves. Plain values only. */
export interface PlacementFacts {
  readonly name: string;
  readonly cloud: CloudName;
  readonly region: string;
  /** A new network by its range, or an existing one by its id. Further fields are ignored. */
  readonly network: { readonly cidr: string } | { readonly vpcId: string };
  /** Whether the load balancer is internal. */
  readonly internal: boolean;
}

/** What to do instead of a change that is refused; the end of a sentence. */
export const refusalAlternatives =
  "create a second stack beside this one and move the traffic to it by DNS, or, where an outage is acceptable, run " +
  "pulumi destroy and then pulumi up";

/**
 * The changes of a service's placement that are refused while a release serves, each with its path, what changes, why
 * it is refused and both alternatives; none where nothing of the placement changes. `before` is what serves.
 */
export function refusals(before: PlacementFacts, after: PlacementFacts): Problem[] {
  const name = refusal("name", before.name, after.name, before);
  const cloud = refusal("immutable-service:cloud", before.cloud, after.cloud, before);
  // Another cloud has other regions and other networks anyway.
  if (cloud.length > 0) return [...name, ...cloud];
  return [
    ...name,
    ...refusal(`${before.cloud}:region`, before.region, after.region, before),
    ...networkRefusal(before, after),
    ...refusal("loadBalancer.internal", before.internal, after.internal, before),
  ];
}

function networkRefusal(before: PlacementFacts, after: PlacementFacts): Problem[] {
  const [was, is] = [before.network, after.network];
  if ("vpcId" in was)
    return "vpcId" in is
      ? refusal("network.vpcId", was.vpcId, is.vpcId, before)
      : refused("network", `the existing network ${show(was.vpcId)} to a new one`, before);
  return "vpcId" in is
    ? refused("network", `a new network to the existing network ${show(is.vpcId)}`, before)
    : refusal("network.cidr", was.cidr, is.cidr, before);
}

function refusal(path: string, was: unknown, is: unknown, where: PlacementFacts): Problem[] {
  return was === is ? [] : refused(path, `${show(was)} to ${show(is)}`, where);
}

function refused(path: string, change: string, { cloud }: PlacementFacts): Problem[] {
  const effects: readonly Effect[] = effectsOf(path, "changed", { cloud }) ?? [];
  return effects.flatMap((effect) =>
    effect.kind === "refused"
      ? [
          {
            code: "refused-change",
            path,
            message:
              `cannot change from ${change} while a release serves: it would ${effect.because}; ` + refusalAlternatives,
          },
        ]
      : [],
  );
}
