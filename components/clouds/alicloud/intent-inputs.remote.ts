/** The inputs of an intent. */
export interface Inputs {
  readonly region: string;
  /** The URLs of the APIs, by service. */
  readonly endpoints: Readonly<Record<"alb" | "ecs" | "ess" | "nas" | "ram" | "vpc", string>>;
  /** The value of the tag that shows which stack owns a resource: `project/stack/mark`. */
  readonly owner: string;
  /** The stack's ownership mark. */
  readonly mark: string;
  /** By what names a resource is the stack's own that was created, and not yet marked. */
  readonly names: OwnNames;
  /** The releases that the program names, the current one first. */
  readonly releases: readonly { readonly id: string; readonly weight: number }[];
  /** The digest of everything that the program asks for. */
  readonly digest: string;
  /** Rises after an interrupted update: only then is there anything to remove. */
  readonly attempt: number;
  /** The ids of everything in the stack's state; empty unless an update was interrupted. */
  readonly recorded: readonly string[];
  /** The ids of the rules in the state that share requests among the releases. */
  readonly splitRules: readonly string[];
}

/** The stack's own names. */
export interface OwnNames {
  /** The service's. */
  readonly service: string;
  /** What names end with that are unique in the account. */
  readonly suffix: string;
  /** The names of the scaling groups of the releases that the program names. */
  readonly groups: readonly string[];
}
