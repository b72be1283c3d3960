import { settleUnrecorded } from "../unrecorded-stores.remote";
import { isInactive } from "./errors.remote";
import { FileSystems } from "./file-system.remote";
import { Buckets } from "./object-store.remote";
import { removeAccessGroups, removeFromAccount } from "./leftovers-account.remote";
import { removeBalancing, removeRules } from "./leftovers-balancing.remote";
import { removeLogCollection } from "./leftovers-logs.remote";
import { removeNetwork } from "./leftovers-network.remote";
import { removeMountTargets } from "./leftovers-shares.remote";
import { removeSecurityRules } from "./leftovers-security.remote";
import { removeScaling } from "./leftovers-scaling.remote";
import type { Inputs } from "./intent-inputs.remote";
import { Owned } from "./owned.remote";

/** Clears up stores that an interrupted update left and that nobody needs; see `settleUnrecorded`. */
async function settleStores({ region, endpoints, owner, names, unusedStores = [] }: Inputs): Promise<void> {
  const place = { region, owner, keptFor: owner.replace(/[^/]+$/, names.service) };
  const calls = {
    files: new Buckets({ region, endpoint: endpoints.oss }),
    share: new FileSystems({ region, endpoint: endpoints.nas }),
  };
  for (const kind of unusedStores)
    await unlessInactive(async () => {
      for (const done of await settleUnrecorded(calls[kind], { ...place, resource: `${names.service}-${kind}` }))
        console.error(done);
    });
}

/** Nothing is left in a product that the account has not activated. */
async function unlessInactive(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isInactive(error)) throw error;
  }
}

/**
 * Removes what an interrupted update has created without recording it: whatever has this stack's ownership mark and is
 * not in the state, and what belongs to such resources. An update that creates it again would be refused, because
 * names, ports and ranges are taken. Data is never removed: of buckets, file systems and log stores only an empty
 * bucket that nobody needs.
 */
export async function removeLeftovers(inputs: Inputs): Promise<void> {
  const owned = new Owned(inputs);
  // What uses something goes before it.
  await removeRules(owned);
  await removeScaling(owned);
  await removeBalancing(owned);
  await unlessInactive(() => removeMountTargets(owned));
  await removeSecurityRules(owned);
  await removeNetwork(owned);
  await removeFromAccount(owned);
  await unlessInactive(() => removeAccessGroups(owned));
  await unlessInactive(() => removeLogCollection(owned));
  await settleStores(inputs);
  if (owned.removed.length > 0) console.error(`removed what an interrupted update left: ${owned.removed.join(", ")}`);
}
