import type { Value } from "../../models/shape";
import { Table } from "../../table";

/** A structured field of a request, which is stored and returned as it was sent. */
export type Raw = Record<string, Value>;

/** A zone of a load balancer, with its vSwitch and its addresses. */
export interface Zone {
  zoneId: string;
  vSwitchId: string;
  privateAddress: string;
  /** The elastic IP address of the zone, if the load balancer is reached from the internet. */
  publicAddress?: string;
  allocationId?: string;
}

/** An application load balancer. */
export interface LoadBalancer {
  id: string;
  name: string;
  vpcId: string;
  edition: string;
  addressType: string;
  addressAllocatedMode: string;
  dnsName: string;
  status: "Provisioning" | "Active" | "Configuring";
  zones: Zone[];
  /** The zones that a running job will set. */
  nextZones?: Zone[];
  deletionProtection: boolean;
  securityGroupIds: string[];
  accessLog?: { LogProject: string; LogStore: string };
  created: string;
  tags: Map<string, string>;
}

/** A server in a server group. */
export interface Target {
  serverId: string;
  serverType: string;
  serverIp: string;
  port: number;
  weight: number;
  description: string;
  status: "Adding" | "Available" | "Removing";
  /** When it was added, in milliseconds since 1970. */
  since: number;
}

/** A server group (a target group in other clouds). */
export interface ServerGroup {
  id: string;
  name: string;
  type: string;
  protocol: string;
  scheduler: string;
  vpcId: string;
  status: "Provisioning" | "Available" | "Configuring";
  healthCheck: Raw;
  drain: Raw;
  slowStart: Raw;
  sticky: Raw;
  settings: Raw;
  targets: Target[];
  created: string;
  tags: Map<string, string>;
  /**
   * When a listener or a rule first referred to it, in milliseconds since 1970; its targets are checked from then on.
   */
  referencedSince?: number;
}

/** A listener with its default actions. */
export interface Listener {
  id: string;
  loadBalancerId: string;
  protocol: string;
  port: number;
  status: "Provisioning" | "Running" | "Configuring" | "Stopped" | "Deleting";
  defaultActions: Raw[];
  settings: Raw;
  created: string;
  tags: Map<string, string>;
}

/** A forwarding rule of a listener. */
export interface Rule {
  id: string;
  listenerId: string;
  name: string;
  priority: number;
  direction: string;
  status: "Provisioning" | "Available" | "Configuring" | "Deleting";
  conditions: Raw[];
  actions: Raw[];
  tags: Map<string, string>;
}

/** The zones that a load balancer has, and those that it will have at the end of a running job. */
export function zonesOf({ zones, nextZones = [] }: LoadBalancer): readonly Zone[] {
  return [...zones, ...nextZones];
}

/** The resources of ALB. */
export type Balancing = ReturnType<typeof newBalancing>;

/** Tables without resources. */
export function newBalancing() {
  return {
    loadBalancers: new Table<LoadBalancer>(),
    serverGroups: new Table<ServerGroup>(),
    listeners: new Table<Listener>(),
    rules: new Table<Rule>(),
  };
}

interface ForwardGroupConfig {
  ServerGroupTuples?: { ServerGroupId?: string; Weight?: number | string }[];
}

/** The server groups to which actions forward, with their weights; ALB's default weight is 100. */
export function forwardsIn(actions: readonly Raw[]): { serverGroupId: string; weight: number }[] {
  return actions.flatMap((action) => {
    const config = action["ForwardGroupConfig"] as ForwardGroupConfig | undefined;
    const tuples = config?.ServerGroupTuples ?? [];
    return tuples.map((tuple) => ({ serverGroupId: tuple.ServerGroupId ?? "", weight: Number(tuple.Weight ?? 100) }));
  });
}
