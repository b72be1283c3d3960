import type { IntentInputs } from "../intent-inputs.remote";

/** The inputs of an intent. */
export interface Inputs extends IntentInputs {
  /** The URLs of the APIs, by service. */
  readonly endpoints: Readonly<Record<"alb" | "ecs" | "ess" | "nas" | "oss" | "ram" | "sls" | "vpc", string>>;
  /** The stack's ownership mark. */
  readonly mark: string;
  /** By what names a resource is the stack's own that was created, and not yet marked. */
  readonly names: OwnNames;
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
