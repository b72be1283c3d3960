import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { ExistingNetwork, NewNetwork } from "../../spec";
import { maxZones, subnetCidr, zoneNumber } from "../cidr";
import { type EnvironmentContext, childContext, tagsOf } from "./context";
import { ExistingVSwitches } from "./existing-vswitches";
import { zonesOf } from "./regions";

/** The network of an environment: an existing one, or a new one. */
export interface Network {
  readonly vpcId: pulumi.Input<string>;
  /** One vSwitch per zone for the instances. */
  readonly instanceSwitchIds: pulumi.Input<string>[];
  /** One vSwitch per zone for the load balancer, which reaches the instances from their addresses. */
  readonly loadBalancerSwitches: LoadBalancerSwitch[];
  /** The route to the internet: an instance that starts before it exists cannot fetch its image. */
  readonly egressDependencies: pulumi.Resource[];
}

/** A vSwitch of the load balancer. */
interface LoadBalancerSwitch {
  readonly id: pulumi.Input<string>;
  readonly zoneId: pulumi.Input<string>;
  readonly cidrBlock: pulumi.Input<string>;
}

/** Uses the existing network or registers a new one. */
export function network(environment: EnvironmentContext): Network {
  const context = childContext(environment, "network", `${environment.name}-network`);
  const wanted = context.spec.network;
  return "vpcId" in wanted ? givenNetwork(context, wanted) : newNetwork(context, wanted);
}

/** The zones of a new network, in order: those that the stack file lists, or the first ones of the region's table. */
export function zonesFor(wanted: NewNetwork, region: string): readonly string[] {
  const zones = typeof wanted.zones === "number" ? (zonesOf(region) ?? []).slice(0, wanted.zones) : wanted.zones;
  return [...zones].sort();
}

/**
 * Looks up the load balancer's vSwitches only: it needs their zones, and the instances' security group their ranges.
 */
function givenNetwork(
  context: EnvironmentContext,
  { vpcId, privateSubnetIds, publicSubnetIds }: ExistingNetwork,
): Network {
  const ids = context.spec.loadBalancer.internal ? privateSubnetIds : (publicSubnetIds ?? privateSubnetIds);
  const { zones, ranges } = new ExistingVSwitches(context, vpcId, ids);
  const switches = ids.map((id, index) => ({ id, zoneId: at(zones, index), cidrBlock: at(ranges, index) }));
  return { vpcId, instanceSwitchIds: [...privateSubnetIds], loadBalancerSwitches: switches, egressDependencies: [] };
}

function at(list: pulumi.Output<string[]>, index: number): pulumi.Output<string> {
  return list.apply((values) => values[index] ?? "");
}

function newNetwork(context: EnvironmentContext, wanted: NewNetwork): Network {
  const { name, parent, facts } = context;
  const tags = tagsOf(context);
  const vpc = new alicloud.vpc.Network(
    `${name}-vpc`,
    { vpcName: `${name}-vpc`, cidrBlock: wanted.cidr, tags },
    { parent },
  );
  const zones = zonesFor(wanted, facts.region);
  const vSwitch = (kind: string, zoneId: string, block: number) => {
    const vswitchName = `${name}-${kind}-${zoneId}`;
    // Network interfaces of instances and load balancers outlive their owners by minutes.
    return new alicloud.vpc.Switch(
      vswitchName,
      { vswitchName, vpcId: vpc.id, zoneId, cidrBlock: subnetCidr(wanted.cidr, block), tags },
      { parent, customTimeouts: { delete: "20m" } },
    );
  };
  const insides = zones.map((zone) => vSwitch("private", zone, zoneNumber(zone)));
  // The load balancer has its own vSwitches: it takes addresses as it grows, and the instances admit only these ranges.
  const edges = zones.map((zone) => vSwitch("load-balancer", zone, maxZones + zoneNumber(zone)));
  return {
    vpcId: vpc.id,
    instanceSwitchIds: insides.map(({ id }) => id),
    loadBalancerSwitches: edges,
    egressDependencies:
      wanted.egress === "endpoints"
        ? []
        : nats(context, vpc, wanted.egress === "nat" ? zones.slice(0, 1) : zones, insides, edges),
  };
}

/**
 * Registers a NAT gateway in each of `zones`; a single one serves the other zones too. Without any, instances still
 * reach Alibaba Cloud's services: their internal endpoints are in 100.64.0.0/10, which every VPC can reach.
 */
function nats(
  context: EnvironmentContext,
  vpc: alicloud.vpc.Network,
  zones: readonly string[],
  insides: readonly alicloud.vpc.Switch[],
  edges: readonly alicloud.vpc.Switch[],
): pulumi.Resource[] {
  const gateways = edges.slice(0, zones.length).map((edge, index) => nat(context, vpc.id, edge, zones[index] ?? ""));
  return insides.flatMap((inside, index) => {
    const [gateway] = gateways.length > 1 ? gateways.slice(index) : gateways;
    if (gateway === undefined) return [];
    const resource = `${context.name}-private-${index + 1}`;
    const translation = new alicloud.vpc.SnatEntry(
      resource,
      {
        snatEntryName: resource,
        snatTableId: gateway.nat.snatTableIds,
        snatIp: gateway.address.ipAddress,
        sourceVswitchId: inside.id,
      },
      { parent: context.parent, dependsOn: [gateway.bound] },
    );
    // The first gateway of a VPC gets the default route of the VPC's system table; several need a table per zone.
    return gateways.length > 1
      ? [translation, ...routeThrough(context, vpc.id, resource, inside, gateway.nat)]
      : [translation];
  });
}

function nat(context: EnvironmentContext, vpcId: pulumi.Output<string>, edge: alicloud.vpc.Switch, zone: string) {
  const { name, parent } = context;
  const resource = `${name}-nat-${zone}`;
  const tags = tagsOf(context);
  const address = new alicloud.ecs.EipAddress(
    resource,
    // The bandwidth in Mbit/s is a maximum; only the traffic is billed.
    { addressName: resource, paymentType: "PayAsYouGo", internetChargeType: "PayByTraffic", bandwidth: "100", tags },
    { parent },
  );
  const gateway = new alicloud.vpc.NatGateway(
    resource,
    {
      natGatewayName: resource,
      vpcId,
      vswitchId: edge.id,
      natType: "Enhanced",
      paymentType: "PayAsYouGo",
      internetChargeType: "PayByLcu",
      tags,
    },
    { parent },
  );
  const bound = new alicloud.ecs.EipAssociation(
    resource,
    { allocationId: address.id, instanceId: gateway.id, instanceType: "Nat" },
    { parent },
  );
  return { nat: gateway, address, bound };
}

function routeThrough(
  context: EnvironmentContext,
  vpcId: pulumi.Output<string>,
  resource: string,
  inside: alicloud.vpc.Switch,
  gateway: alicloud.vpc.NatGateway,
): pulumi.Resource[] {
  const { parent } = context;
  const table = new alicloud.vpc.RouteTable(
    resource,
    { routeTableName: resource, vpcId, associateType: "VSwitch", tags: tagsOf(context) },
    { parent },
  );
  return [
    new alicloud.vpc.RouteEntry(
      resource,
      {
        name: resource,
        routeTableId: table.id,
        destinationCidrblock: "0.0.0.0/0",
        nexthopType: "NatGateway",
        nexthopId: gateway.id,
      },
      { parent },
    ),
    new alicloud.vpc.RouteTableAttachment(resource, { routeTableId: table.id, vswitchId: inside.id }, { parent }),
  ];
}
