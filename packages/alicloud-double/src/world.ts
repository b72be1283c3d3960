import { randomInt, randomUUID } from "node:crypto";
import { Accounts } from "./accounts";
import { products, type Product } from "./activation";
import { RuleHistory } from "./services/alb/rule-history";
import { newBalancing, type Balancing, type Listener } from "./services/alb/records";
import { newRegistries, type Registries } from "./services/cr/records";
import { newMachines, type Machines } from "./services/ecs/records";
import { newScaling, type Scaling } from "./services/ess/records";
import { newNas, type Nas } from "./services/nas/records";
import type { Bucket } from "./services/oss/records";
import { newRam, type Ram } from "./services/ram/records";
import { newProductQuotas, type ProductQuota } from "./product-quotas";
import type { LogProject } from "./services/sls/records";
import { newNetwork, type Network } from "./services/vpc/records";
import { Table } from "./table";
import { Traffic } from "./traffic";

/** How long transitions take, in milliseconds: fractions of a second where the cloud takes minutes. */
export interface Delays {
  /** Creating to Available, Provisioning to Active, and the like. */
  transition: number;
  /** A scaling group's instance, from its start to InService. */
  instance: number;
  /** A target, from its first health check to Healthy, or to Unhealthy if its app does not serve yet. */
  healthy: number;
  /** A target, from its registration until the health status of its listener lists it. */
  unlisted: number;
  /** A role, from its creation until other services know it. */
  role: number;
  /** A resource, from the moment at which it got tags until lists find it by them. */
  tags: number;
  /** The app of a scaling group's instance, from the instance's start until it serves. */
  start: number;
  /** One second of a lifecycle hook's timeout. */
  hookSecond: number;
  /** An instance that is unhealthy, until it is replaced. */
  replace: number;
  /** A log project, from its creation until requests that name it find it. */
  project: number;
  /** The name of a log project that was deleted, until it is free. */
  projectName: number;
  /** The managed security group of a load balancer that was deleted, until it is gone. */
  managedGroup: number;
  /** A period of CloudMonitor's metrics, from its end until its data is published. */
  metrics: number;
  /** A change of a listener's rules, from the API's response until requests are forwarded by it. */
  rules: number;
}

/** What an instance of a scaling group does: serve, stay unhealthy forever, or fail to start. */
export type InstanceOutcome = "serves" | "never-healthy" | "fails-to-start";

/** Decides the outcome of an instance before it starts; `number` counts the group's instances from 0. */
export type DecideOutcome = (instance: {
  groupId: string;
  groupName: string;
  configurationId: string;
  number: number;
}) => InstanceOutcome;

/**
 * The quotas of an account that has raised none.
 * - scheduled tasks: https://www.alibabacloud.com/help/doc-detail/25863.htm
 * - VPCs: https://www.alibabacloud.com/help/en/vpc/product-overview/limits-and-quotas-2
 * - addresses: https://alibabacloud.com/help/en/eip/quota-management
 * - gateways: https://help.aliyun.com/en/nat-gateway/user-guide/quotas/
 * - load balancers: Quota Center shows the number, which was not compared
 */
const defaultQuotas = { scheduledTasks: 20, vpcs: 10, eips: 20, natGateways: 5, loadBalancers: 60 };

/** All resources of an account, with the timers and the random numbers that drive them. */
export class World {
  readonly network: Network = newNetwork();
  readonly balancing: Balancing = newBalancing();
  readonly scaling: Scaling = newScaling();
  readonly ram: Ram = newRam();
  readonly nas: Nas = newNas();
  /** ECS instances outside scaling groups, their commands and images, and what a test may decide about them. */
  readonly machines: Machines = newMachines();
  /** The instances of Container Registry, which a test adds, and the VPCs that are linked to them. */
  readonly registries: Registries = newRegistries();
  readonly buckets = new Table<Bucket>();
  readonly projects = new Table<LogProject>();
  /** When log projects that are gone were deleted, by name, in milliseconds since 1970. */
  readonly deletedProjects = new Map<string, number>();
  /** The asynchronous jobs of ALB, by id. */
  readonly jobs = new Map<string, "Processing" | "Succeeded">();
  readonly ruleHistory = new RuleHistory();
  /** The requests that load balancers have forwarded. */
  readonly traffic = new Traffic();
  /** How long a period of CloudMonitor's metrics is, which is 60 s in the API. */
  metricPeriod = 60_000;
  /** The alarm rules of CloudMonitor by name, with their states. They fire when a test says so. */
  readonly alarms = new Map<string, "OK" | "ALARM" | "INSUFFICIENT_DATA">();
  /**
   * What the cloud manages for load balancers, by their ids: a security group in the VPC, and after the deletion network
   * interfaces in the vSwitches.
   * https://www.alibabacloud.com/help/en/slb/application-load-balancer/use-cases/use-alb-security-groups-to-implement-blacklist-and-whitelist-access-policies
   */
  readonly managedGroups = new Map<string, { readonly vpcId: string; readonly vSwitchIds: readonly string[] }>();
  /**
   * Whether the data of objects is reachable under the public names of mainland China's regions, as for accounts that
   * used OSS before 20 March 2025; new ones need a domain name of their own there, or the internal names. Default true.
   */
  publicObjectData = true;
  /** How many public addresses load balancers have been given. */
  publicAddresses = 0;
  /** Decides the outcome of scaling groups' instances; a test may replace it. By default all serve. */
  outcomeOf: DecideOutcome = () => "serves";
  /**
   * Whether a forced attachment of server groups returns a scaling activity, as the cloud does; default true. The
   * provider's own resource then waits a whole minute before it looks at the activity.
   */
  returnsAttachmentActivity = true;
  /** Whether a scaling group's server groups can change while its instances start or leave; default false. */
  attachesDuringActivities = false;
  /** The host name of a new load balancer; the data plane may replace it to return a loopback address. */
  dnsNameOf: (loadBalancerId: string) => string;
  /** Called when a listener is created (true) or deleted (false); set by the data plane. */
  onListenerChange: (listener: Listener, created: boolean) => void = () => undefined;
  /** The letters of the region's zones; by default every letter is a zone. */
  zones?: string;
  /** The id of the key that encrypts a secret, empty for one of KMS's own; undefined if the secret does not exist. */
  keyOfSecret: (name: string) => string | undefined = () => "key-hzz6304944example";
  /** The products that the account has activated: all, or none in a fresh account. */
  readonly activated: Set<Product>;
  /** Whether callers may create service-linked roles (`ram:CreateServiceLinkedRole`), also by a product's first use. */
  mayCreateServiceLinkedRoles = true;
  /** The quotas as Quota Center lists them, which a test may change; what the double refuses is in `quotas`. */
  readonly productQuotas: ProductQuota[] = newProductQuotas();
  /** How many resources of a kind the account may have in the region; NAT gateways in a VPC. */
  readonly quotas = { ...defaultQuotas };
  /** By how many milliseconds the account's schedules are ahead of the machine's clock. */
  clockOffset = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly generations = new Map<string, number>();

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly delays: Delays,
    readonly random: () => number = Math.random,
    /** Who may call: the same for every account. */
    readonly accounts = new Accounts(),
    /** Whether the account has activated no product yet. */
    fresh = false,
  ) {
    this.activated = new Set(fresh ? [] : products);
    this.dnsNameOf = (id) => `${id}.${region}.alb.aliyuncsslb.com`;
  }

  /** A new id in the cloud's format: `vpc-bp1…`. */
  newId(prefix: string, separator = "-", length = 17): string {
    const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    return `${prefix}${separator}bp1${Array.from({ length }, () => letters[randomInt(letters.length)]).join("")}`;
  }

  /** A new numeric id, as file systems, roles and access rules have. */
  newNumber(digits = 18): string {
    return Array.from({ length: digits }, (_, at) => String(randomInt(at === 0 ? 1 : 0, 10))).join("");
  }

  /** Calls a function after a delay, unless the double has been stopped by then. */
  schedule(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer.unref());
  }

  /** The time of the account's schedules, in milliseconds since 1970: the machine's, unless a test has advanced it. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  /** Calls a function after a delay, in place of the call that was scheduled before under the same name. */
  scheduleOnce(name: string, milliseconds: number, act: () => void): void {
    const generation = (this.generations.get(name) ?? 0) + 1;
    this.generations.set(name, generation);
    this.schedule(milliseconds, () => {
      if (this.generations.get(name) === generation) act();
    });
  }

  /** Starts a job that takes as long as a transition, and calls a function at its end; returns the job's id. */
  startJob(complete?: () => void): string {
    const id = randomUUID();
    this.jobs.set(id, "Processing");
    this.schedule(this.delays.transition, () => {
      complete?.();
      this.jobs.set(id, "Succeeded");
    });
    return id;
  }

  /** The time, to the second or the minute, in the cloud's format. */
  timestamp(minutes = false): string {
    const iso = new Date().toISOString();
    return minutes ? `${iso.slice(0, 16)}Z` : `${iso.slice(0, 19)}Z`;
  }

  /** The number of resources of each kind that has any; `{}` when none exists. */
  inventory(): Record<string, number> {
    const kinds: Record<string, { size: number }> = {
      ...this.network,
      ...this.balancing,
      ...this.scaling,
      ...this.ram,
      roles: { size: this.ram.roles.where((role) => role.linkedTo === undefined).length },
      ...this.nas,
      ...this.machines.tables,
      ...this.registries.tables,
      buckets: this.buckets,
      projects: this.projects,
    };
    return Object.fromEntries(
      Object.entries(kinds)
        .filter(([, table]) => table.size > 0)
        .map(([kind, table]) => [kind, table.size]),
    );
  }

  /** Cancels all timers. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
