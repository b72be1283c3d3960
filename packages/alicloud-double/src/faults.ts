import { Refusal } from "./refusal";

/** What goes wrong with a call. */
export type Fault =
  | { kind: "throttle" | "throttle-user" | "unavailable" }
  | { kind: "refuse"; code: string; message?: string; status?: number }
  /** The action is performed, then the connection is dropped without a response. */
  | { kind: "lose" }
  /** The action is not performed, and the connection is dropped (`drop`) or stays open without a response (`hang`). */
  | { kind: "drop" | "hang" }
  /** The action is performed after a delay. */
  | { kind: "slow"; milliseconds: number };

/** A fault, and the calls that it hits: of every service and action unless one is named. */
export type InjectedFault = Fault & {
  service?: string;
  action?: string | RegExp;
  /** Whether it hits a call that matches otherwise; default every one. */
  when?: (service: string, action: string) => boolean;
  /** How many matching calls are hit; default all. */
  times?: number;
};

/** The faults that wait for matching calls. */
export class Faults {
  private pending: (InjectedFault & { left: number })[] = [];

  /** Adds a fault for the next matching calls. */
  add(fault: InjectedFault): void {
    this.pending.push({ ...fault, left: fault.times ?? Infinity });
  }

  /** Removes all pending faults. */
  clear(): void {
    this.pending = [];
  }

  /** Returns the first fault that matches the call, if any, and counts it as used. */
  take(service: string, action: string): Fault | undefined {
    const hit = this.pending.find(
      (fault) =>
        (fault.service ?? service) === service &&
        matches(fault.action, action) &&
        (fault.when?.(service, action) ?? true),
    );
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.pending = this.pending.filter((fault) => fault !== hit);
    return hit;
  }
}

/** The refusal with which a fault replaces the action; undefined if the action is performed. */
export function refusalOf(fault: Fault | undefined): Refusal | undefined {
  switch (fault?.kind) {
    case "throttle":
      return new Refusal("Throttling", "Request was denied due to request throttling.", 400);
    case "throttle-user":
      return new Refusal("Throttling.User", "Request was denied due to user flow control.", 400);
    case "unavailable":
      return new Refusal("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503);
    // Never sent: it only prevents the action.
    case "drop":
    case "hang":
      return new Refusal("dropped");
    case "refuse":
      return new Refusal(fault.code, fault.message, fault.status);
    default:
      return undefined;
  }
}

function matches(wanted: string | RegExp | undefined, action: string): boolean {
  return wanted === undefined || (typeof wanted === "string" ? wanted === action : wanted.test(action));
}
