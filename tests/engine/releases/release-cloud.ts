/** A service on one platform whose releases are tested: on the emulator of AWS or the double of Alibaba Cloud. */
import type { LiveBounds } from "../support/schedule-tests";
import type { PlayedRequests } from "../support/played-requests";
import type { ServiceStack } from "../support/world";

/** The group of a release in the emulated cloud. */
export interface SizedGroup extends LiveBounds {
  /** What the cloud calls it: another group of the same release has another name. */
  readonly name: string;
  /** Instances that serve. */
  readonly serving: number;
}

/** An action by which a group lowers its minimum itself. */
export interface Lowering {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly min: number;
}

/** A cloud with a stack that has no update yet. */
export interface ReleaseCloud {
  readonly stack: ServiceStack;
  /** The requests to the service, which the load balancer's metrics count. */
  readonly requests: PlayedRequests;
  /** The traffic split: percent by release id. */
  split(): Promise<Readonly<Record<string, number>>>;
  /** The groups, by release id. */
  groups(): Promise<Readonly<Record<string, SizedGroup>>>;
  /** Sets a release's number of instances as a trigger does. */
  trigger(release: string, desired: number): Promise<void>;
  /** The actions by which groups lower their minimum, by release id. */
  lowerings(): Promise<Readonly<Record<string, Lowering>>>;
  /** Runs them now, as at their time. */
  lower(): Promise<void>;
  /** Lets the load balancer find every instance of a version unhealthy. */
  fail(version: string): void;
  /** Whether the service for metrics fails. */
  breakMetrics(isDown: boolean): void;
  /** Lets the next calls that set the traffic split be throttled, or lose their answers. */
  disturb(how: "throttle" | "lose", times: number): void;
  /** Gives a release so many percent of the requests, and the others the rest, as somebody else does. */
  shiftByHand(release: string, percent: number): Promise<void>;
  /** Whether the cloud refuses the engine's calls, as with credentials that have ended. */
  endCredentials(areOver: boolean): void;
  /** Creates an alarm, or changes its state. */
  readonly alarm: (name: string, state: "OK" | "ALARM") => Promise<void>;
  close(): Promise<void>;
}

/** What every service has: settings of the test, not of a platform. */
export const common = {
  name: "web",
  instances: { min: 2, max: 6 },
  health: { startWithin: 10 },
  loadBalancer: { drain: 0 },
};

/** How fast a cloud's time passes. */
export interface Pace {
  /** The milliseconds of a metric's period: a minute on the remote modules' clock. */
  readonly metricPeriod: number;
  /** What the engine's environment has besides. */
  readonly env: NodeJS.ProcessEnv;
}

/** The remote modules' clock is ten times as fast, as in other tests. */
export const fast: Pace = { metricPeriod: 6000, env: {} };
/** A minute is a minute. */
export const real: Pace = { metricPeriod: 60_000, env: { IMMUTABLE_SERVICE_TEST_CLOCK_SPEED: "1" } };
