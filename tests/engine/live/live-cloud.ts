/**
 * A running service on one platform, as the tests of live changes see it: on the emulator of AWS or the double of
 * Alibaba Cloud.
 */
import type { CloudName, Compute, ServiceArgs } from "../../../components/spec";
import type { ServiceStack } from "../support/world";

/** One compute on one cloud. */
export interface PlatformName {
  readonly cloud: CloudName;
  readonly compute: Compute;
}

/** Every platform. */
export const platforms: readonly PlatformName[] = [
  { cloud: "aws", compute: "container" },
  { cloud: "aws", compute: "vm" },
  { cloud: "alicloud", compute: "container" },
  { cloud: "alicloud", compute: "vm" },
];

/** A platform in a row's name: `aws-container`. */
export function platformText({ cloud, compute }: PlatformName): string {
  return `${cloud}-${compute}`;
}

/** A cloud with one stack in it. */
export interface LiveCloud {
  readonly platform: PlatformName;
  readonly stack: ServiceStack;
  /** A service that passes its gate. */
  readonly service: ServiceArgs;
  /** An image of the platform; the digit distinguishes them. */
  readonly image: (digit: string, compute?: Compute) => string;
  /**
   * Called with each mutating call of the engine, its providers or the program, after the cloud has carried it out and
   * before it responds.
   */
  onMutation: ((action: string) => void) | undefined;
  /** Called with each mutating call before the cloud carries it out; true refuses it as one without the permission. */
  refuses: ((action: string) => boolean) | undefined;
  /** Versions whose app answers the gate with 500. */
  readonly broken: Set<string>;
  /** A network that exists before the stack, with a subnet in each of three zones, and another network. */
  readonly existing: {
    readonly vpcId: string;
    readonly otherVpcId: string;
    readonly subnetIds: readonly [string, string, string];
    /** The subnets of a public load balancer in these zones; on Alibaba Cloud the same ones. */
    readonly publicSubnetIds: readonly [string, string, string];
    /** Security groups of the first network. */
    readonly securityGroupIds: readonly [string, string];
  };
  /** The traffic split: percent by release id. */
  split(): Promise<Readonly<Record<string, number>>>;
  /** Sends one request to the service's address; undefined if it is answered by a release, else why not. */
  request(): Promise<string | undefined>;
  /** The ids of everything in the cloud, sorted. */
  inventory(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The limits of the gate, in seconds of the engine tests' clock. */
export const gateLimits = { answers: 1, within: 50 };
