import { isKnownDeviation } from "./models/known-deviations";
import type { Value } from "./models/shape";

/** One request and its outcome. */
export interface Call {
  at: Date;
  service: string;
  action: string;
  /** The account of the access key that signed the request; undefined without a known key. */
  account: string | undefined;
  fields: Record<string, Value>;
  /** "ok", the code of the refusal, or "dropped" if the action was not performed. */
  result: string;
  /** Set if no response was sent. */
  lost?: true;
  milliseconds: number;
}

/** A field that disagrees with the published models: an unknown, missing or mistyped one, or an unknown action. */
export interface Violation {
  service: string;
  action: string;
  path: string;
  detail: string;
}

/** All requests in order, and every violation of the published models. */
export class CallLog {
  readonly calls: Call[] = [];
  /** Violations by callers. */
  readonly invalidRequests: Violation[] = [];
  /** Violations by the Pulumi provider itself, whatever the program; see models/known-deviations.ts. */
  readonly knownDeviations: Violation[] = [];
  /** Violations by the double's own responses. */
  readonly invalidResponses: Violation[] = [];

  /** Records a request's violation, as the caller's or as the provider's own. */
  recordInvalidRequest(violation: Violation): void {
    const { service, action, path } = violation;
    (isKnownDeviation(service, action, path) ? this.knownDeviations : this.invalidRequests).push(violation);
  }
}
