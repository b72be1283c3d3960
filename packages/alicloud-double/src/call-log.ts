import { isKnownDeviation } from "./models/known-deviations";
import type { Value } from "./models/shape";

/** One request as the double saw it, and what became of it. */
export interface Call {
  at: Date;
  service: string;
  action: string;
  fields: Record<string, Value>;
  /** "ok", the code of the refusal, or "dropped" where nothing was done. */
  result: string;
  /** No answer was sent. */
  lost?: true;
  milliseconds: number;
}

/** A request that the real cloud would not have understood, in one line. */
export interface Violation {
  service: string;
  action: string;
  path: string;
  detail: string;
}

/** Everything that was asked, in order, and everything that was asked wrongly. */
export class CallLog {
  readonly calls: Call[] = [];
  /** What callers got wrong: a test asserts that it is empty. */
  readonly invalidRequests: Violation[] = [];
  /** What the provider is known to get wrong by itself, whatever the program. */
  readonly knownDeviations: Violation[] = [];
  /** What the double itself answered beside the published answer models: a test of the double asserts that it is empty. */
  readonly invalidResponses: Violation[] = [];

  /** Records a misunderstanding, as the caller's or as the provider's own. */
  recordInvalidRequest(one: Violation): void {
    (isKnownDeviation(one.service, one.action, one.path) ? this.knownDeviations : this.invalidRequests).push(one);
  }
}
