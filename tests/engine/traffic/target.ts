import { Agent, request } from "node:http";
import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetState } from "../support/gaps/targets";

/** Whether a status matches a matcher such as `200`, `200,202` or `200-299`. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high = low] = part.split("-").map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}

/** One registered target: checks its health as its group defines, and holds the connections to it. */
export class Target {
  private current: TargetState = "initial";
  private consecutive = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Why it is not healthy, as AWS's reason code. */
  reason = "Elb.RegistrationInProgress";
  /** The number of open requests. */
  inFlight = 0;
  readonly agent = new Agent({ keepAlive: true });

  constructor(
    readonly id: string,
    readonly port: number,
    /** The current group; its health check may change while the target exists. */
    public group: TargetGroup,
    private readonly address: (id: string) => string | undefined,
    private readonly changed: (target: Target, from: TargetState) => void,
  ) {
    // The first check runs at once, not after one interval.
    this.checkHealth();
  }

  /** Its state. */
  get state(): TargetState {
    return this.current;
  }

  /** The host; undefined while an instance has no address. */
  get host(): string | undefined {
    return this.address(this.id);
  }

  private setState(state: TargetState, reason: string): void {
    const from = this.current;
    this.reason = reason;
    if (from === state || from === "draining") return;
    this.current = state;
    this.changed(this, from);
  }

  private checkHealth(): void {
    if (this.closed) return;
    const startedAt = Date.now();
    const interval = (this.group.HealthCheckIntervalSeconds ?? 30) * 1000;
    let answered = false;
    const answer = (ok: boolean, reason: string): void => {
      if (answered || this.closed) return;
      answered = true;
      clearTimeout(timeout);
      this.evaluate(ok, reason);
      this.timer = setTimeout(
        () => {
          this.checkHealth();
        },
        Math.max(0, interval - (Date.now() - startedAt)),
      );
    };
    const host = this.host;
    const timeout = setTimeout(
      () => {
        answer(false, "Target.Timeout");
        outgoing.destroy();
      },
      (this.group.HealthCheckTimeoutSeconds ?? 5) * 1000,
    );
    if (host === undefined) {
      answer(false, "Target.FailedHealthChecks");
      return;
    }
    const port =
      this.group.HealthCheckPort && this.group.HealthCheckPort !== "traffic-port"
        ? Number(this.group.HealthCheckPort)
        : this.port;
    const outgoing = request(
      {
        host,
        port,
        path: this.group.HealthCheckPath ?? "/",
        agent: false,
        headers: { "user-agent": "ELB-HealthChecker/2.0", host: `${host}:${port}` },
      },
      (response) => {
        response.resume();
        const ok = matchesStatus(this.group.Matcher?.HttpCode ?? "200", response.statusCode ?? 0);
        answer(ok, ok ? "" : "Target.ResponseCodeMismatch");
      },
    );
    outgoing.once("error", () => {
      answer(false, "Target.FailedHealthChecks");
    });
    outgoing.end();
  }

  private evaluate(ok: boolean, reason: string): void {
    const state: TargetState = ok ? "healthy" : "unhealthy";
    if (this.current === state) {
      this.consecutive = 0;
      return;
    }
    this.consecutive += 1;
    // A new target needs one successful check; an unhealthy one needs `HealthyThresholdCount` in a row.
    const needed = ok
      ? this.current === "initial"
        ? 1
        : (this.group.HealthyThresholdCount ?? 5)
      : (this.group.UnhealthyThresholdCount ?? 2);
    if (this.current === "initial") this.reason = "Elb.InitialHealthChecking";
    if (this.consecutive < needed) return;
    this.consecutive = 0;
    this.setState(state, reason);
  }

  /** Starts to drain it: no new requests, open ones complete. */
  drain(): void {
    this.setState("draining", "Target.DeregistrationInProgress");
    this.closed = true;
    clearTimeout(this.timer);
    this.release();
  }

  /** Closes the idle connections of a drained target once no request is open. */
  release(): void {
    if (this.closed && this.inFlight === 0) this.agent.destroy();
  }
}
