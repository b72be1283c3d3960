/** The inputs of an intent that are the same on every cloud. */
export interface IntentInputs {
  readonly region: string;
  /** The value of the tag that shows which stack owns a resource: `project/stack/mark`. */
  readonly owner: string;
  /** The releases that the program names, the current one first, each with its share of requests in percent. */
  readonly releases: readonly { readonly id: string; readonly weight: number }[];
  /** The ids of those that get requests and have never had any. Default: none. */
  readonly entering?: readonly string[];
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

/**
 * Whether the releases that the program does not name may lose their requests before anything else changes: every release that is to
 * have requests has some, and had some before the update that was interrupted. Any other one may be too small for all of them, or
 * has its rollout before it.
 *
 * @param live the ids of the releases that have requests
 */
export function mayWithdraw(
  { releases, entering = [] }: Pick<IntentInputs, "releases" | "entering">,
  live: readonly string[],
): boolean {
  const serving = releases.filter(({ weight }) => weight > 0);
  return serving.length > 0 && serving.every(({ id }) => live.includes(id) && !entering.includes(id));
}
