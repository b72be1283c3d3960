import { Refusal } from "./refusal";

/** What goes wrong. */
export type Fault =
  | { kind: "throttle" | "throttle-user" | "unavailable" }
  | { kind: "refuse"; code: string; message?: string; status?: number }
  /** The action is done, the connection dropped without an answer. */
  | { kind: "lose" }
  /** The connection is dropped and nothing done; or nothing is done and no answer given for as long as the caller waits. */
  | { kind: "drop" | "hang" }
  /** The answer comes late. */
  | { kind: "slow"; milliseconds: number };

/** Where and how often it goes wrong. */
export type Trouble = Fault & {
  service?: string;
  action?: string | RegExp;
  /** How many matching calls are hit; every one when not given. */
  times?: number;
};

/** The troubles that wait for their calls. */
export class Faults {
  private waiting: (Trouble & { left: number })[] = [];

  /** Arranges trouble for the next matching calls. */
  add(trouble: Trouble): void {
    this.waiting.push({ ...trouble, left: trouble.times ?? Infinity });
  }

  /** Takes all arranged trouble back. */
  clear(): void {
    this.waiting = [];
  }

  /** The trouble that hits this call, counted as used. */
  take(service: string, action: string): Fault | undefined {
    const hit = this.waiting.find(
      (trouble) => (trouble.service ?? service) === service && matches(trouble.action, action),
    );
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.waiting = this.waiting.filter((trouble) => trouble !== hit);
    return hit;
  }
}

/** The refusal that a fault stands for; none for those that only bend the answer's way. */
export function refusalOf(fault: Fault | undefined): Refusal | undefined {
  switch (fault?.kind) {
    case "throttle":
      return new Refusal("Throttling", "Request was denied due to request throttling.", 400);
    case "throttle-user":
      return new Refusal("Throttling.User", "Request was denied due to user flow control.", 400);
    case "unavailable":
      return new Refusal("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503);
    // Never sent: it only keeps the action from being done.
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
