import type { good } from "./base";

/** One invalid stack file: a valid one with a few other fields. */
export interface Case {
  readonly title: string;
  /** The valid stack file; by default the one on containers. */
  readonly base?: keyof typeof good;
  /** Fields written over those of the service. */
  readonly service?: Readonly<Record<string, unknown>>;
  /** Fields of the service that are left out. */
  readonly without?: readonly string[];
  /** Keys written over the stack's own; null leaves the key out. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Every problem that is reported: its path, and a part of its message. */
  readonly problems: Readonly<Record<string, string>>;
}
