import { removeFromAccount } from "./leftovers-account.remote";
import { removeBalancing, removeRules } from "./leftovers-balancing.remote";
import { removeNetwork } from "./leftovers-network.remote";
import { removeScaling } from "./leftovers-scaling.remote";
import type { Inputs } from "./intent-inputs.remote";
import { Owned } from "./owned.remote";

/**
 * Removes what an interrupted update has created without recording it: whatever has this stack's ownership mark and is not
 * in the state, and what belongs to such resources. An update that creates it again would be refused, because names, ports
 * and ranges are taken. Data is never removed: no bucket, file system or log store.
 */
export async function removeLeftovers(inputs: Inputs): Promise<void> {
  const owned = new Owned(inputs);
  // What uses something goes before it.
  await removeRules(owned);
  await removeScaling(owned);
  await removeBalancing(owned);
  await removeNetwork(owned);
  await removeFromAccount(owned);
  if (owned.removed.length > 0) console.error(`removed what an interrupted update left: ${owned.removed.join(", ")}`);
}
