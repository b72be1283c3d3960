import { keptTag, ownerTag } from "./tag-keys";
import { type StoreCalls, unfinishedStores } from "./kept-store.remote";

/** The stack's own stores of one kind that its state does not have and its program does not ask for. */
export interface UnrecordedStores {
  readonly region: string;
  /** The logical name, with which a store's own name begins. */
  readonly resource: string;
  /** The stack's mark: `project/stack/mark`. */
  readonly owner: string;
  /** Whose a kept store is: `project/stack/service`. */
  readonly keptFor: string;
}

/**
 * Clears up after an update that was interrupted while it created a store, or took a kept one back, and that was taken
 * back then. A store with nothing in it is deleted; one that may have data is marked as kept, and the next service of
 * the stack with such a store takes it. Returns a sentence for each.
 */
export async function settleUnrecorded(
  calls: StoreCalls,
  { region, resource, owner, keptFor }: UnrecordedStores,
): Promise<string[]> {
  const tags = { [ownerTag]: owner };
  const done: string[] = [];
  for (const { id } of await unfinishedStores(calls, { region, resource, tags })) {
    if ((await calls.deleteEmpty?.(id)) === true) {
      done.push(`deleted the ${calls.what} ${id}, which is empty and which an interrupted update left`);
      continue;
    }
    await calls.tag(id, { ...tags, [keptTag]: keptFor });
    done.push(`the ${calls.what} ${id}, which an interrupted update left, is kept. ${calls.cost}`);
  }
  return done;
}
