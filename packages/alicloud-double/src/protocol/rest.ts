import type { Violation } from "../call-log";
import type { HttpResponse } from "../http/server";

/**
 * A parsed REST request (OSS, SLS): the action and the fields for the call log, its violations, and how to perform
 * it.
 */
export interface RestCall {
  action: string;
  fields: Record<string, string>;
  violations: Omit<Violation, "service" | "action">[];
  perform: () => HttpResponse;
}

/** An XML document as a response. */
export function xmlResponse(body: string): HttpResponse {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
