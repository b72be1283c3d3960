import { type CapacityCalls, asLargeAsServing } from "./capacity.remote";
import { type TrafficInputs, type WithLastSplit, lastSplitOf } from "./checks.remote";
import type { Requested } from "./cloud";
import { type HeldSizes, heldSizes } from "./held-sizes.remote";
import type { Split } from "./rollout";
import { type RolloutCalls, type RolloutInputs, rollOut } from "./rollout.remote";

/** A traffic rule in a cloud, and the groups of its releases. */
export interface TrafficCalls extends Omit<RolloutCalls, keyof HeldSizes>, Pick<CapacityCalls, "group"> {}

/**
 * Everything between the split that the rule in the cloud has and the wanted one: the releases that are to have traffic are as large
 * as what serves, and new ones get theirs in steps. What is left is to set the wanted split.
 *
 * @param recorded the outputs of the last update of the rule
 * @param live the split that the rule in the cloud has
 */
export async function moveTraffic(
  inputs: TrafficInputs<Requested> & RolloutInputs,
  recorded: Partial<WithLastSplit & TrafficInputs<Requested>>,
  live: Split,
  calls: TrafficCalls,
): Promise<void> {
  const last = lastSplitOf(recorded);
  const held = heldSizes([...(recorded.shares ?? []), ...inputs.shares], (servers) => calls.group(servers));
  await asLargeAsServing(inputs.shares, live, last, calls);
  await rollOut(inputs, live, last, { ...calls, ...held });
  // An interrupted rollout may have left sizes held.
  if (inputs.requested.attempt !== recorded.requested?.attempt) await held.letGo();
}
