/** The inputs of an intent that are the same on every cloud. */
export interface IntentInputs {
  readonly region: string;
  /** The value of the tag that shows which stack owns a resource: `project/stack/mark`. */
  readonly owner: string;
  /** The releases that the program names, the current one first, each with its share of requests in percent. */
  readonly releases: readonly { readonly id: string; readonly weight: number }[];
  /** The digest of everything that the program asks for. */
  readonly digest: string;
  /** Rises after an interrupted update: only then is there anything to remove. */
  readonly attempt: number;
  /**
   * The ids of everything in the stack's state, of which nothing is removed, but what has to be created again; empty
   * unless an update was interrupted.
   */
  readonly recorded: readonly string[];
  /** The keys of the resources whose deletion was interrupted, for the next program. Default: none. */
  readonly unfinished?: readonly string[];
  /**
   * The kinds of stores that neither the program nor the state has: an interrupted update may have left some. Default:
   * none.
   */
  readonly unusedStores?: readonly ("files" | "share")[];
  /** Rises after an interrupted deletion: replaces the intent, and with it what has to be created again. Default: 0. */
  readonly renewal?: number;
  /** The ids of the rules in the state that share requests among the releases. */
  readonly splitRules: readonly string[];
}
