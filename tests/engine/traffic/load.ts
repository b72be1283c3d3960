import { Agent, request, type ClientRequest } from "node:http";

/** The answers of one release. */
export interface ReleaseTotals {
  /** All its answers, whatever their status. */
  answers: number;
  /** Those with a status other than 2xx. */
  errors: number;
  /** The times of its first and last answer (milliseconds since the epoch). */
  firstAt: number;
  lastAt: number;
}

/** One failed request. */
export interface Failure {
  at: number;
  reason: string;
  release: string | undefined;
}

/** The totals of a load. `sent = answered + failed` once it has stopped. */
export interface LoadTotals {
  sent: number;
  /** Complete answers with a 2xx status. */
  answered: number;
  /** All others: another status, a broken connection, a truncated answer, a timeout. */
  failed: number;
  /** Failures by reason: `HTTP 503`, `ECONNRESET`, `timeout`. */
  reasons: Record<string, number>;
  /** The first failures, one by one. */
  failures: Failure[];
  /** By the release that answered; answers without a release (the load balancer's own) are counted under `none`. */
  releases: Record<string, ReleaseTotals>;
  slowestMs: number;
  seconds: number;
}

/** How to send requests. */
export interface LoadOptions {
  /** The maximum number of keep-alive connections. @default 50 */
  connections?: number;
  /** Requests per second, evenly spaced. @default 150 */
  rate?: number;
  timeoutMs?: number;
  headers?: Record<string, string>;
  /**
   * Where a redirect's location is in the test. @default redirects are not followed: they are answers with another
   * status than 2xx
   */
  followed?: (location: string) => string;
}

const LISTED_FAILURES = 50;

/**
 * Sends requests to one URL at an even rate until it is stopped, and accounts for every request.
 *
 * It uses Node's client and not autocannon 9, because the tests must detect every lost request. Measured: of 629
 * requests of which the server closed the connection of every tenth without an answer, autocannon reported 62 losses as
 * 0 errors (it silently reconnects), and it sent all requests of a second within its first 100 ms, which misses half of
 * the outages of half a second. Node's client does not retry.
 */
export class Load {
  private readonly agent: Agent;
  private readonly startedAt = Date.now();
  private readonly timer: NodeJS.Timeout;
  private readonly open = new Set<Promise<void>>();
  private readonly counts: LoadTotals = {
    sent: 0,
    answered: 0,
    failed: 0,
    reasons: {},
    failures: [],
    releases: {},
    slowestMs: 0,
    seconds: 0,
  };

  constructor(
    private readonly url: string,
    private readonly options: LoadOptions = {},
  ) {
    const rate = options.rate ?? 150;
    this.agent = new Agent({ keepAlive: true, maxSockets: options.connections ?? 50 });
    this.timer = setInterval(() => {
      const due = Math.floor(((Date.now() - this.startedAt) / 1000) * rate);
      while (this.counts.sent < due) this.send();
    }, 5);
  }

  private send(): void {
    this.counts.sent += 1;
    const done: Promise<void> = this.request().finally(() => this.open.delete(done));
    this.open.add(done);
  }

  private request(): Promise<void> {
    const sentAt = Date.now();
    return new Promise((resolve) => {
      let settled = false;
      let release: string | undefined;
      const settle = (reason?: string): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        this.counts.slowestMs = Math.max(this.counts.slowestMs, Date.now() - sentAt);
        if (reason === undefined) this.counts.answered += 1;
        else this.fail(reason, release);
        resolve();
      };
      let outgoing: ClientRequest;
      const send = (url: string): void => {
        outgoing = request(url, { agent: this.agent, headers: this.options.headers ?? {} }, (answer) => {
          const { statusCode: status = 0 } = answer;
          const { location } = answer.headers;
          release = answer.headers["x-served-by-release"]?.toString();
          answer.resume();
          answer.once("error", (error: NodeJS.ErrnoException) => {
            settle(error.code ?? error.message);
          });
          answer.once("end", () => {
            if (!settled && status >= 300 && status < 400 && location !== undefined && this.options.followed) {
              send(this.options.followed(location));
              return;
            }
            const ok = status >= 200 && status < 300;
            this.count(release ?? "none", ok);
            settle(ok ? undefined : `HTTP ${status}`);
          });
          answer.once("close", () => {
            if (!answer.complete) settle("truncated answer");
          });
        });
        outgoing.once("error", (error: NodeJS.ErrnoException) => {
          settle(error.code ?? error.message);
        });
        outgoing.end();
      };
      // Limits the whole request up to the last byte; a socket's timeout restarts with each byte.
      const timer = setTimeout(() => {
        settle("timeout");
        outgoing.destroy();
      }, this.options.timeoutMs ?? 10_000);
      send(this.url);
    });
  }

  private count(release: string, ok: boolean): void {
    const now = Date.now();
    const seen = (this.counts.releases[release] ??= { answers: 0, errors: 0, firstAt: now, lastAt: now });
    seen.answers += 1;
    if (!ok) seen.errors += 1;
    seen.lastAt = now;
  }

  private fail(reason: string, release: string | undefined): void {
    this.counts.failed += 1;
    this.counts.reasons[reason] = (this.counts.reasons[reason] ?? 0) + 1;
    if (this.counts.failures.length < LISTED_FAILURES) this.counts.failures.push({ at: Date.now(), reason, release });
  }

  /** The totals so far. */
  totals(): LoadTotals {
    return { ...structuredClone(this.counts), seconds: (Date.now() - this.startedAt) / 1000 };
  }

  /** Stops sending, waits for the open requests, and returns the final totals. */
  async stop(): Promise<LoadTotals> {
    clearInterval(this.timer);
    await Promise.all(this.open);
    this.agent.destroy();
    return this.totals();
  }
}
