/** The requests that load balancers have forwarded, counted by period: what CloudMonitor's metrics are made of. */

/** Where a load balancer sent requests. */
export interface Route {
  readonly loadBalancerId: string;
  readonly listenerProtocol: string;
  readonly listenerPort: number;
  readonly serverGroupId: string;
}

/** What became of the requests of one period. */
export interface Counts {
  requests: number;
  /** Responses of the servers, by the first digit of their status. */
  readonly statuses: Record<number, number>;
  /** Connections to a server that failed. */
  connectionErrors: number;
  /** Milliseconds of all responses together. */
  responseTime: number;
}

/** What became of one request. */
export type Forwarded = { readonly status: number; readonly milliseconds: number } | "connection-error";

interface Period {
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
  readonly route: Route;
  readonly counts: Counts;
}

/** The counts of all routes. */
export class Traffic {
  private readonly periods = new Map<string, Period>();

  /** Counts a request in the period of so many milliseconds in which it is now. */
  count(route: Route, forwarded: Forwarded, length: number): void {
    const start = Math.floor(Date.now() / length) * length;
    const key = JSON.stringify([start, route]);
    const period = this.periods.get(key) ?? { start, route, counts: newCounts() };
    this.periods.set(key, period);
    const { counts } = period;
    counts.requests += 1;
    if (forwarded === "connection-error") {
      counts.connectionErrors += 1;
      return;
    }
    const digit = Math.floor(forwarded.status / 100);
    counts.statuses[digit] = (counts.statuses[digit] ?? 0) + 1;
    counts.responseTime += forwarded.milliseconds;
  }

  /** The periods that match a condition, the oldest first. */
  where(matches: (period: Period) => boolean): Period[] {
    return [...this.periods.values()].filter(matches).sort((one, other) => one.start - other.start);
  }
}

function newCounts(): Counts {
  return { requests: 0, statuses: {}, connectionErrors: 0, responseTime: 0 };
}
