import { randomInt } from "node:crypto";
import type { Bucket } from "./services/oss/oss";
import type { Table as ShelfType } from "./table";
import { Table } from "./table";
import type { Balancing, Listener } from "./services/alb/records";
import type { Scaling } from "./services/ess/records";
import { newBalancing } from "./services/alb/records";
import { newScaling } from "./services/ess/records";
import { type Machines, newMachines } from "./services/ecs/records";
import { newNetwork, type Network } from "./services/vpc/records";
import { newRam, type Ram } from "./services/ram/records";
import { newNas, type Nas } from "./services/nas/records";
import type { LogProject } from "./services/sls/records";

/** How long things take, in milliseconds. The cloud takes minutes; a test has none. */
export interface Delays {
  /** Creating -> Available, Provisioning -> Active, and the like. */
  transition: number;
  /** From an instance's start to InService. */
  instance: number;
  /** From the moment that a target can be checked to its first good health. */
  healthy: number;
  /** From the first sign that an instance is bad to its replacement. */
  replace: number;
}

/** What an instance of a scaling group will do once started: serve, stay unhealthy for ever, or not start at all. */
export type InstanceOutcome = "serves" | "never-healthy" | "fails-to-start";

/** What a test may decide about an instance before it starts. */
export type DecideOutcome = (instance: {
  groupId: string;
  groupName: string;
  configurationId: string;
  number: number;
}) => InstanceOutcome;

/** Everything that exists in the double's cloud, and the clock and the dice it lives by. */
export class World {
  readonly network: Network = newNetwork();
  readonly balancing: Balancing = newBalancing();
  readonly scaling: Scaling = newScaling();
  readonly ram: Ram = newRam();
  readonly nas: Nas = newNas();
  /** Instances that no scaling group made, what they are told to do, and images; how those turn out is a test's to decide. */
  readonly machines: Machines = newMachines();
  readonly buckets: ShelfType<Bucket> = new Table<Bucket>();
  readonly projects: ShelfType<LogProject> = new Table<LogProject>();
  /** Decides what becomes of instances; a test puts its own here. */
  fateOf: DecideOutcome = () => "serves";
  /**
   * Whether a forced attachment of server groups names a scaling activity, as the cloud does. The provider then waits a whole
   * minute before it looks at the activity, which a test may rather not.
   */
  answersWithActivity = true;
  /** The host name of a load balancer; the data plane may put a loopback address here. */
  dnsNameOf: (loadBalancerId: string) => string;
  /** Told when a listener comes (true) and when it goes; the data plane puts itself here. */
  onListenerChange: (listener: Listener, open: boolean) => void = () => undefined;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly delays: Delays,
    readonly random: () => number = Math.random,
  ) {
    this.dnsNameOf = (id) => `${id}.${region}.alb.aliyuncsslb.com`;
  }

  /** An id that looks like the cloud's: `vpc-bp1…`. */
  newId(prefix: string, separator = "-", length = 17): string {
    const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    return `${prefix}${separator}bp1${Array.from({ length }, () => letters[randomInt(letters.length)]).join("")}`;
  }

  /** A numeric id, as routes, roles and log requests have. */
  newNumber(digits = 18): string {
    return Array.from({ length: digits }, (_, at) => String(randomInt(at === 0 ? 1 : 0, 10))).join("");
  }

  /** Does something later, unless the double has been stopped by then. */
  schedule(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer.unref());
  }

  /** Now, in the cloud's way of writing it. */
  timestamp(minutes = false): string {
    const iso = new Date().toISOString();
    return minutes ? `${iso.slice(0, 16)}Z` : `${iso.slice(0, 19)}Z`;
  }

  /** How many things of each kind there are; kinds with none are left out, so an empty cloud is `{}`. */
  inventory(): Record<string, number> {
    const kinds: Record<string, { size: number }> = {
      ...this.network,
      ...this.balancing,
      ...this.scaling,
      ...this.ram,
      roles: this.ownRoles,
      ...this.nas,
      ...this.machines.shelves,
      buckets: this.buckets,
      projects: this.projects,
    };
    return Object.fromEntries(
      Object.entries(kinds)
        .filter(([, shelf]) => shelf.size > 0)
        .map(([kind, shelf]) => [kind, shelf.size]),
    );
  }

  /** Without those that belong to the account's services, which stay whatever goes. */
  private get ownRoles(): { size: number } {
    return { size: this.ram.roles.where((role) => role.linkedTo === undefined).length };
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
