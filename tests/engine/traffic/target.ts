import { Agent, request } from "node:http";
import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetState } from "../support/gaps/targets";

/** Whether a status answers a matcher such as `200`, `200,202` or `200-299`. */
export function answersMatcher(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high = low] = part.split("-").map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}

/** One registered target: asks it for its health as its group says, and holds the connections to it. */
export class Target {
  private current: TargetState = "initial";
  private inARow = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Why it is not healthy, as AWS puts it. */
  reason = "Elb.RegistrationInProgress";
  /** Requests that are under way. */
  inFlight = 0;
  readonly agent = new Agent({ keepAlive: true });

  constructor(
    readonly id: string,
    readonly port: number,
    /** The group as it is now: its health check may be changed while the target lives. */
    public group: TargetGroup,
    private readonly address: (id: string) => string | undefined,
    private readonly changed: (target: Target, from: TargetState) => void,
  ) {
    // The first question at once, not after one interval.
    this.ask();
  }

  /** Its state. */
  get state(): TargetState {
    return this.current;
  }

  /** host, or undefined while an instance has no address yet. */
  get host(): string | undefined {
    return this.address(this.id);
  }

  private become(state: TargetState, reason: string): void {
    const from = this.current;
    this.reason = reason;
    if (from === state || from === "draining") return;
    this.current = state;
    this.changed(this, from);
  }

  private ask(): void {
    if (this.closed) return;
    const askedAt = Date.now();
    const interval = (this.group.HealthCheckIntervalSeconds ?? 30) * 1000;
    let said = false;
    const answer = (good: boolean, reason: string): void => {
      if (said || this.closed) return;
      said = true;
      clearTimeout(late);
      this.judge(good, reason);
      this.timer = setTimeout(
        () => {
          this.ask();
        },
        Math.max(0, interval - (Date.now() - askedAt)),
      );
    };
    const host = this.host;
    const late = setTimeout(
      () => {
        answer(false, "Target.Timeout");
        out.destroy();
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
    const out = request(
      {
        host,
        port,
        path: this.group.HealthCheckPath ?? "/",
        agent: false,
        headers: { "user-agent": "ELB-HealthChecker/2.0", host: `${host}:${port}` },
      },
      (response) => {
        response.resume();
        const good = answersMatcher(this.group.Matcher?.HttpCode ?? "200", response.statusCode ?? 0);
        answer(good, good ? "" : "Target.ResponseCodeMismatch");
      },
    );
    out.once("error", () => {
      answer(false, "Target.FailedHealthChecks");
    });
    out.end();
  }

  private judge(good: boolean, reason: string): void {
    const state: TargetState = good ? "healthy" : "unhealthy";
    if (this.current === state) {
      this.inARow = 0;
      return;
    }
    this.inARow += 1;
    // A new target needs one good answer; a fallen one needs `HealthyThresholdCount` of them in a row.
    const needed = good
      ? this.current === "initial"
        ? 1
        : (this.group.HealthyThresholdCount ?? 5)
      : (this.group.UnhealthyThresholdCount ?? 2);
    if (this.current === "initial") this.reason = "Elb.InitialHealthChecking";
    if (this.inARow < needed) return;
    this.inARow = 0;
    this.become(state, reason);
  }

  /** Takes it out: no new request; what is under way goes on. */
  drain(): void {
    this.become("draining", "Target.DeregistrationInProgress");
    this.closed = true;
    clearTimeout(this.timer);
    this.release();
  }

  /** Ends the idle connections of a drained target once its last request is answered. */
  release(): void {
    if (this.closed && this.inFlight === 0) this.agent.destroy();
  }
}
