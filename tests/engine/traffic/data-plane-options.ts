/** What became of a request that was sent to a target. */
export interface TargetAnswer {
  /** The listener that got the request. */
  readonly listenerArn: string;
  readonly targetGroupArn: string;
  /** The target's status; undefined: it refused or broke the connection. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

/** Options of the simulated load balancer. */
export interface DataPlaneOptions {
  /** The gateway's address; the emulator itself loses weights. */
  endpoint: string;
  /** The load balancer's name. @default the first one */
  loadBalancer?: string;
  /**
   * The listeners' ports that `urlOf` gives an address for. TLS itself is not simulated. @default none; `url` is the
   * address of the HTTPS listener, or else of the first one
   */
  ports?: readonly number[];
  /** The address of a target that is an instance. */
  addressOf?: (instanceId: string) => string | undefined;
  pollMs?: number;
  /**
   * The delay in seconds until a change of listeners or rules takes effect. The API reads the change back at once, as
   * on AWS, which documents no number. Targets and their health take effect at once. @default 0; `lateRules` is a value
   * for tests
   */
  ruleDelay?: number;
  /**
   * Whether the requests of a group without a healthy target are sent to all of its targets, as on AWS, instead of
   * answered with 503. @default false, which makes a broken release more visible
   */
  failOpen?: boolean;
  /** Gets what became of each request that was sent to a target. */
  onAnswer?: (answer: TargetAnswer) => void;
}

/** A `ruleDelay` for tests of releases, in seconds. */
export const lateRules = 5;
