import type { Value } from "../../models/shape";
import { Table } from "../../table";

/** A request's structured field, kept as it came and given back the same. */
export type Raw = Record<string, Value>;

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
  zones: Raw[];
  deletionProtection: boolean;
  securityGroupIds: string[];
  accessLog?: { LogProject: string; LogStore: string };
  created: string;
  tags: Map<string, string>;
}

/** A server's place in a server group. */
export interface Target {
  serverId: string;
  serverType: string;
  serverIp: string;
  port: number;
  weight: number;
  description: string;
  status: "Adding" | "Available" | "Removing";
  /** When it was added, in milliseconds since 1970; its health is checked from then on. */
  since: number;
}

/** A server group: the targets of one release. */
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
  /** When a listener or a rule first named it: only from then on are its targets checked. */
  referencedSince?: number;
}

/** A listener with its default actions. */
export interface Listener {
  id: string;
  loadBalancerId: string;
  protocol: string;
  port: number;
  status: "Provisioning" | "Running" | "Configuring" | "Stopped";
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
  status: "Provisioning" | "Available" | "Configuring";
  conditions: Raw[];
  actions: Raw[];
  tags: Map<string, string>;
}

/** Everything that ALB keeps. */
export type Balancing = ReturnType<typeof newBalancing>;

/** No load balancers yet. */
export function newBalancing() {
  return {
    loadBalancers: new Table<LoadBalancer>(),
    serverGroups: new Table<ServerGroup>(),
    listeners: new Table<Listener>(),
    rules: new Table<Rule>(),
  };
}

/** The server groups that actions name, with their weights; ALB takes 100 where none is given. */
export function forwardsIn(actions: readonly Raw[]): { serverGroupId: string; weight: number }[] {
  return actions.flatMap((action) => {
    const tuples =
      (
        (action["ForwardGroupConfig"] ?? {}) as {
          ServerGroupTuples?: { ServerGroupId?: string; Weight?: number | string }[];
        }
      ).ServerGroupTuples ?? [];
    return tuples.map((tuple) => ({ serverGroupId: tuple.ServerGroupId ?? "", weight: Number(tuple.Weight ?? 100) }));
  });
}
