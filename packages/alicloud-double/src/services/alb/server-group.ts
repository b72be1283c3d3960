import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { forwardsIn, type Raw, type ServerGroup, type Target } from "./records";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";
import { accepts, tokenPage } from "../listing";

const noServerGroup = (id: string) => notFound("ResourceNotFound.ServerGroup", id);

const defaultHealthCheck: Raw = {
  HealthCheckConnectPort: 0,
  HealthCheckHost: "$SERVER_IP",
  HealthCheckHttpVersion: "HTTP1.1",
  HealthCheckInterval: 2,
  HealthCheckMethod: "HEAD",
  HealthCheckPath: "/",
  HealthCheckProtocol: "HTTP",
  HealthCheckTimeout: 5,
  HealthyThreshold: 3,
  UnhealthyThreshold: 3,
  HealthCheckCodes: ["http_2xx", "http_3xx"],
};

/** Server groups and their servers, which are a load balancer's targets. */
export const serverGroups: ActionGroup = {
  service: "alb",
  actions: {
    CreateServerGroup({ fields, world }) {
      if (fields.string("ServerGroupType") !== "Fc")
        world.network.vpcs.require(fields.string("VpcId"), "ResourceNotFound.Vpc");
      const id = world.newId("sgp");
      const group = world.balancing.serverGroups.put(id, {
        id,
        name: fields.string("ServerGroupName") ?? "",
        type: fields.string("ServerGroupType") ?? "Instance",
        protocol: fields.string("Protocol") ?? "HTTP",
        scheduler: fields.string("Scheduler") ?? "Wrr",
        vpcId: fields.string("VpcId") ?? "",
        status: "Provisioning",
        healthCheck: { ...defaultHealthCheck, ...(parseHealthCheck(fields).values as Raw) },
        drain: {
          ConnectionDrainEnabled: false,
          ConnectionDrainTimeout: 300,
          ...fields.record("ConnectionDrainConfig").values,
        },
        slowStart: { SlowStartEnabled: false, SlowStartDuration: 30, ...fields.record("SlowStartConfig").values },
        sticky: { StickySessionEnabled: false, ...fields.record("StickySessionConfig").values },
        settings: fields.pick("CrossZoneEnabled", "UpstreamKeepaliveEnabled", "Ipv6Enabled", "UchConfig"),
        targets: [],
        created: world.timestamp(),
        tags: sentTags(fields),
      });
      world.schedule(world.delays.transition, () => (group.status = "Available"));
      return { ServerGroupId: id, JobId: world.startJob() };
    },
    UpdateServerGroupAttribute({ fields, world }) {
      const group = requireAvailable(world, fields);
      group.name = fields.string("ServerGroupName") ?? group.name;
      group.scheduler = fields.string("Scheduler") ?? group.scheduler;
      Object.assign(group.healthCheck, parseHealthCheck(fields).values);
      Object.assign(group.drain, fields.record("ConnectionDrainConfig").values);
      Object.assign(group.slowStart, fields.record("SlowStartConfig").values);
      Object.assign(group.sticky, fields.record("StickySessionConfig").values);
      Object.assign(group.settings, fields.pick("CrossZoneEnabled", "UpstreamKeepaliveEnabled", "UchConfig"));
      group.status = "Configuring";
      return { JobId: world.startJob(() => (group.status = "Available")) };
    },
    ListServerGroups({ fields, world }) {
      const ids = fields.strings("ServerGroupIds");
      const names = fields.strings("ServerGroupNames");
      const found = world.balancing.serverGroups.where(
        (one) => accepts(ids, one.id) && accepts(names, one.name) && acceptsTags(world, fields, one),
      );
      return {
        ServerGroups: found.map((one) => serverGroupResponse(world, one)),
        ...tokenPage(found.length),
      };
    },
    ListServerGroupServers({ fields, world }) {
      const group = world.balancing.serverGroups.require(fields.string("ServerGroupId"), noServerGroup);
      return {
        Servers: group.targets.map((target) => ({
          ServerGroupId: group.id,
          ServerId: target.serverId,
          ServerIp: target.serverIp,
          ServerType: target.serverType,
          Port: target.port,
          Weight: target.weight,
          Status: target.status,
          Description: target.description,
          RemoteIpEnabled: false,
        })),
        ...tokenPage(group.targets.length),
      };
    },
    AddServersToServerGroup({ fields, world }) {
      const group = requireAvailable(world, fields);
      for (const server of fields.list("Servers"))
        addTarget(world, group, {
          serverId: server.string("ServerId") ?? "",
          serverType: server.string("ServerType") ?? "Ecs",
          serverIp: server.string("ServerIp") ?? "",
          port: server.number("Port") ?? 80,
          weight: server.number("Weight") ?? 100,
          description: server.string("Description") ?? "",
        });
      return { JobId: world.startJob() };
    },
    RemoveServersFromServerGroup({ fields, world }) {
      const group = requireAvailable(world, fields);
      for (const server of fields.list("Servers"))
        removeTarget(group, server.string("ServerId") ?? "", server.number("Port"));
      return { JobId: world.startJob() };
    },
    DeleteServerGroup({ fields, world }) {
      const group = world.balancing.serverGroups.require(fields.string("ServerGroupId"), noServerGroup);
      const user = referrersOf(world, group.id)[0];
      if (user)
        throw inUse(
          "ResourceInUse.ServerGroup",
          `The specified resource ServerGroup ${group.id} is in use by ${user}.`,
        );
      world.balancing.serverGroups.remove(group.id);
      // https://www.alibabacloud.com/help/en/auto-scaling/product-overview/limits
      for (const scaling of world.scaling.scalingGroups.all())
        scaling.attachments = scaling.attachments.filter(({ serverGroupId }) => serverGroupId !== group.id);
      return { JobId: world.startJob() };
    },
  },
};

/** Adds a server to a group. Its health checks begin when it has become available. */
export function addTarget(world: World, group: ServerGroup, target: Omit<Target, "status" | "since">): void {
  if (group.targets.some((other) => other.serverId === target.serverId && other.port === target.port)) return;
  const added: Target = { ...target, status: "Adding", since: Date.now() };
  group.targets.push(added);
  world.schedule(world.delays.transition, () => (added.status = "Available"));
}

/** Removes a server from a group: on one port, or on every port. */
export function removeTarget(group: ServerGroup, serverId: string, port?: number): void {
  group.targets = group.targets.filter(
    (target) => target.serverId !== serverId || (port !== undefined && target.port !== port),
  );
}

/** The ids of the listeners and rules that forward to a server group. */
function referrersOf(world: World, serverGroupId: string): string[] {
  const names = (actions: readonly Raw[]) =>
    forwardsIn(actions).some((forward) => forward.serverGroupId === serverGroupId);
  return [
    ...world.balancing.listeners.where((one) => names(one.defaultActions)),
    ...world.balancing.rules.where((one) => names(one.actions)),
  ].map((one) => one.id);
}

/**
 * Starts the health checks of the server groups to which actions forward, as soon as the rule is in effect. Refuses
 * unknown groups and groups of another VPC than the load balancer's; several load balancers can share a group
 * (`RelatedLoadBalancerIds` is a list).
 */
export function markReferenced(world: World, actions: readonly Raw[], vpcId: string | undefined): void {
  const groups = forwardsIn(actions).map(({ serverGroupId }) =>
    world.balancing.serverGroups.require(serverGroupId, noServerGroup),
  );
  for (const group of groups)
    if (group.type !== "Fc" && group.vpcId !== vpcId)
      throw new Refusal("Mismatch.VpcId", `The VpcId is mismatched for ${group.id} and the load balancer.`);
  for (const group of groups) group.referencedSince ??= Date.now() + world.delays.rules;
}

/** Stops the health checks of the server groups to which nothing forwards any more. */
export function clearUnreferenced(world: World): void {
  for (const group of world.balancing.serverGroups.all())
    if (referrersOf(world, group.id).length === 0) delete group.referencedSince;
}

function parseHealthCheck(fields: Fields): Fields {
  const config = fields.record("HealthCheckConfig");
  const interval = config.number("HealthCheckInterval");
  const timeout = config.number("HealthCheckTimeout");
  const bad = (name: string, range: string) =>
    new Refusal(`IllegalParam.${name}`, `The param of ${name} is illegal: ${range}.`);
  if (interval !== undefined && (interval < 1 || interval > 50)) throw bad("HealthCheckInterval", "1 to 50");
  if (timeout !== undefined && (timeout < 1 || timeout > 300)) throw bad("HealthCheckTimeout", "1 to 300");
  for (const name of ["HealthyThreshold", "UnhealthyThreshold"]) {
    const threshold = config.number(name);
    if (threshold !== undefined && (threshold < 2 || threshold > 10)) throw bad(name, "2 to 10");
  }
  return config;
}

function requireAvailable(world: World, fields: Fields): ServerGroup {
  const group = world.balancing.serverGroups.require(fields.string("ServerGroupId"), noServerGroup);
  if (group.status !== "Available")
    throw new Refusal("IncorrectStatus.ServerGroup", `The status of ${group.id} [${group.status}] is incorrect.`);
  return group;
}

function serverGroupResponse(world: World, group: ServerGroup) {
  const users = referrersOf(world, group.id);
  const listeners = users
    .map((id) => (id.startsWith("lsn") ? id : (world.balancing.rules.get(id)?.listenerId ?? "")))
    .filter(Boolean);
  return {
    ServerGroupId: group.id,
    ServerGroupName: group.name,
    ServerGroupType: group.type,
    ServerGroupStatus: group.status,
    Protocol: group.protocol,
    Scheduler: group.scheduler,
    VpcId: group.vpcId,
    ResourceGroupId: "rg-acfmdefault",
    HealthCheckConfig: group.healthCheck,
    ConnectionDrainConfig: group.drain,
    SlowStartConfig: group.slowStart,
    StickySessionConfig: group.sticky,
    CrossZoneEnabled: true,
    UpstreamKeepaliveEnabled: false,
    Ipv6Enabled: false,
    ...group.settings,
    CreateTime: group.created,
    ServerCount: group.targets.length,
    Tags: tagsResponse(group.tags),
    RelatedLoadBalancerIds: [
      ...new Set(listeners.map((id) => world.balancing.listeners.get(id)?.loadBalancerId ?? "")),
    ],
  };
}
