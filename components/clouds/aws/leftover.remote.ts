/** What the finders of leftovers have in common. */

/** What is the stack's own, and what of it is in the state. */
export interface Own {
  readonly region: string;
  /** The service's logical name, with which the names of its resources begin. */
  readonly service: string;
  /** The value of the tag that shows what the stack owns. */
  readonly owner: string;
  /** The ids of everything in the state. */
  readonly recorded: ReadonlySet<string>;
  /** The releases that the program names: their rules are taken over. */
  readonly releases: ReadonlySet<string>;
}

/** Something that an interrupted update has left. */
export interface Leftover {
  /** What it is, such as "NAT gateway nat-0123". */
  readonly what: string;
  readonly remove: () => Promise<unknown>;
  /** Whether it is gone after the call, which only starts its deletion. Default: it is. */
  readonly gone?: () => Promise<boolean>;
}

/** Finds the leftovers of one kind. */
export type Finder = (own: Own) => Promise<readonly Leftover[]>;
