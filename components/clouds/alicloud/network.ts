import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import type { ExistingNetwork, NewNetwork } from "../../spec";
import { lowerHalf, maxZones, subnetCidr, upperHalf, zoneNumber } from "../cidr";
import { zonesFor } from "../zones";
import { type EnvironmentContext, childContext, ownDescription, singleNatZone, tagsOf } from "./context";
import { DefaultRoute } from "./default-route";
import { ExistingVSwitch } from "./existing-vswitch";
import { PublicAddress } from "./public-address";
import { RegistryLink } from "./registry-link";
import { zonesOf } from "./regions";

/** The network of an environment: an existing one, or a new one. */
export interface Network {
  readonly vpcId: pulumi.Input<string>;
  /** The vSwitches of a release's instances, by the release's placement. */
  instanceSwitchIds(placement: readonly pulumi.Input<string>[]): pulumi.Input<string>[];
  /** One vSwitch per zone for the load balancer. */
  readonly loadBalancerSwitches: readonly LoadBalancerSwitch[];
  /** Their zones in the same order. They are all different; the update fails else. */
  readonly loadBalancerZones: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** The ranges from which the load balancer reaches the instances. */
  readonly loadBalancerRanges: readonly NamedRange[];
  /** The range of the instances that may mount the shared file system; every range for an existing network. */
  readonly shareRange: string;
  /** The vSwitch of the shared file system's mount target, which serves the whole VPC. */
  readonly shareSwitch: Named;
  /**
   * The route to the internet and the link to the registry: an instance that starts before they exist cannot fetch its
   * image.
   */
  readonly egressDependencies: pulumi.Resource[];
}

/** A vSwitch. */
interface Named {
  /** What the names of resources that belong to it end with: its zone, or the id of an existing one. */
  readonly label: string;
  readonly id: pulumi.Input<string>;
}

/** A vSwitch of the load balancer. */
interface LoadBalancerSwitch extends Named {
  readonly zoneId: pulumi.Input<string>;
}

/** A range, and what the names of resources that belong to it end with; undefined for a network's only range. */
interface NamedRange {
  readonly label: string | undefined;
  readonly cidrBlock: pulumi.Input<string>;
}

/**
 * Uses the existing network or registers a new one. `standing` are the zones in which the network has NAT gateways from
 * before.
 */
export function network(environment: EnvironmentContext, standing: readonly string[]): Network {
  const context = childContext(environment, "network", `${environment.name}-network`);
  const wanted = context.spec.network;
  return "vpcId" in wanted ? givenNetwork(context, wanted) : newNetwork(context, wanted, standing);
}

/**
 * Looks up the load balancer's vSwitches only: it needs their zones, and the instances' security group their ranges.
 * The instances may be in other zones:
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/disable-cross-zone-forwarding-to-reduce-request-latency
 */
function givenNetwork(
  context: EnvironmentContext,
  { vpcId, privateSubnetIds, publicSubnetIds }: ExistingNetwork,
): Network {
  const ids = context.spec.loadBalancer.internal ? privateSubnetIds : (publicSubnetIds ?? privateSubnetIds);
  const found = labelled(ids).map(({ id, label }) => {
    const args = { facts: context.facts, vpc: vpcId, vSwitch: id };
    const { zone, range } = new ExistingVSwitch(`${context.name}-existing-${label}`, args, { parent: context.parent });
    return { id, label, zone, range };
  });
  const loadBalancerZones = pulumi.all(found.map(({ id, zone }) => pulumi.all([id, zone]))).apply(differentZones);
  const [shareSwitch = { label: "none", id: "" }] = labelled(privateSubnetIds);
  return {
    vpcId,
    instanceSwitchIds: (placement) => [...placement],
    loadBalancerSwitches: found.map(({ id, label, zone }) => ({ id, label, zoneId: zone })),
    loadBalancerZones,
    loadBalancerRanges: found.map(({ label, range }) => ({ label, cidrBlock: range })),
    shareRange: "0.0.0.0/0",
    shareSwitch,
    egressDependencies: [],
  };
}

/**
 * vSwitches in an order that a stack file cannot change. Those that are outputs come last, and are named by position.
 */
function labelled(ids: readonly pulumi.Input<string>[]): Named[] {
  const plain = ids.filter((id) => typeof id === "string").sort();
  const outputs = ids.filter((id) => typeof id !== "string");
  return [
    ...plain.map((id) => ({ id, label: id })),
    ...outputs.map((id, index) => ({ id, label: `output-${index + 1}` })),
  ];
}

/** Returns the zones, if there are two or more and each vSwitch has its own. */
export function differentZones(found: readonly (readonly [id: string, zone: string])[]): string[] {
  const zones = found.map(([, zone]) => zone);
  if (zones.length > 1 && new Set(zones).size === zones.length) return zones;
  const list = found.map(([id, zone]) => `${id} is in ${zone}`).join(", ");
  throw new pulumi.RunError(`a load balancer needs vSwitches in two or more zones, and one in each: ${list}`);
}

/** Network interfaces of instances and load balancers outlive their owners by minutes. */
const slowly = "20m";

function newNetwork(context: EnvironmentContext, wanted: NewNetwork, standing: readonly string[]): Network {
  const { name, parent, facts } = context;
  const tags = tagsOf(context);
  const vpc = new alicloud.vpc.Network(
    `${name}-vpc`,
    { vpcName: `${name}-vpc`, cidrBlock: wanted.cidr, tags },
    // So does the load balancer's own security group, which the cloud creates and deletes:
    // https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/use-security-groups-to-implement-access-control
    { parent, customTimeouts: { delete: slowly } },
  );
  const zones = zonesFor(wanted, zonesOf(facts.region));
  const vSwitch = (kind: string, zoneId: string, block: number) => {
    const vswitchName = `${name}-${kind}-${zoneId}`;
    return new alicloud.vpc.Switch(
      vswitchName,
      { vswitchName, vpcId: vpc.id, zoneId, cidrBlock: subnetCidr(wanted.cidr, block), tags },
      // A vSwitch without all that it should have is created again in the same range.
      { parent, customTimeouts: { delete: slowly }, deleteBeforeReplace: true },
    );
  };
  const insides = new Map(zones.map((zone) => [zone, vSwitch("private", zone, zoneNumber(zone))]));
  // The load balancer has its own vSwitches: it takes addresses as it grows, and the instances admit only their half of
  // the network's range, so that they admit the load balancer in a further zone too.
  const edges = new Map(zones.map((zone) => [zone, vSwitch("load-balancer", zone, maxZones + zoneNumber(zone))]));
  const [first = ""] = zones;
  return {
    vpcId: vpc.id,
    instanceSwitchIds: (placement) =>
      placement.map((zone) => (typeof zone === "string" ? insides.get(zone)?.id : undefined) ?? zone),
    loadBalancerSwitches: [...edges].map(([label, { id, zoneId }]) => ({ label, id, zoneId })),
    loadBalancerZones: [...edges.values()].map(({ zoneId }) => zoneId),
    loadBalancerRanges: [{ label: undefined, cidrBlock: upperHalf(wanted.cidr) }],
    shareRange: lowerHalf(wanted.cidr),
    shareSwitch: { label: first, id: insides.get(first)?.id ?? "" },
    egressDependencies: [
      ...egress(context, vpc, wanted, insides, edges, standing),
      ...registryLink(context, vpc, [...insides.values()]),
    ],
  };
}

/** Machines pull no image. */
function registryLink(
  { name, parent, spec, facts }: EnvironmentContext,
  { id: vpc }: alicloud.vpc.Network,
  vSwitches: readonly alicloud.vpc.Switch[],
): pulumi.Resource[] {
  if (spec.registry === undefined || spec.compute !== "container") return [];
  const args = { facts, registry: spec.registry, vpc, vSwitches: vSwitches.map(({ id }) => id) };
  return [new RegistryLink(`${name}-registry-link`, args, { parent })];
}

type Switches = ReadonlyMap<string, alicloud.vpc.Switch>;

/**
 * Registers the NAT gateways: a single one, which serves every zone, or one in each. Without any, instances still reach
 * Alibaba Cloud's services: their internal endpoints are in 100.64.0.0/10, which every VPC can reach.
 *
 * The first gateway of a VPC gets the default route of the VPC's system table, and several need a table per zone. A
 * vSwitch has one translation only, so a single gateway translates the range of all of them: a running release keeps
 * its way out while `egress` changes, because both translations, and the first gateway with its route, exist then.
 */
function egress(
  context: EnvironmentContext,
  vpc: alicloud.vpc.Network,
  { egress: kind, cidr }: NewNetwork,
  insides: Switches,
  edges: Switches,
  standing: readonly string[],
): pulumi.Resource[] {
  if (kind === "endpoints") return [];
  const first = singleNatZone([...edges.keys()], standing);
  const main = first === undefined ? undefined : gatewayIn(first, []);
  if (main === undefined) return [];
  const lead = (dependsOn: pulumi.Resource[]) =>
    new DefaultRoute(
      `${context.name}-default-route`,
      { facts: context.facts, routeTable: vpc.routeTableId, gateway: main.nat.id },
      { parent: context.parent, dependsOn },
    );
  if (kind === "nat") {
    const translation = translate(context, `${context.name}-private`, main, { sourceCidr: lowerHalf(cidr) });
    return [translation, lead([translation])];
  }
  lead([]);
  return [...insides].flatMap(([zone, inside]) => {
    const gateway = zone === first ? main : gatewayIn(zone, [main.nat]);
    if (gateway === undefined) return [];
    const resource = `${context.name}-private-${zone}`;
    const translation = translate(context, resource, gateway, { sourceVswitchId: inside.id });
    return [translation, ...routeThrough(context, vpc.id, resource, inside, gateway.nat, translation)];
  });

  function gatewayIn(zone: string, after: readonly pulumi.Resource[]): Gateway | undefined {
    const edge = edges.get(zone);
    return edge && nat(context, vpc.id, edge, zone, after);
  }
}

type Gateway = ReturnType<typeof nat>;

/** Translates the addresses of a vSwitch, or of a range, to the gateway's. */
function translate(
  { parent }: EnvironmentContext,
  resource: string,
  { nat: { snatTableIds }, address }: Gateway,
  source: Pick<alicloud.vpc.SnatEntryArgs, "sourceCidr" | "sourceVswitchId">,
): alicloud.vpc.SnatEntry {
  return new alicloud.vpc.SnatEntry(
    resource,
    { snatEntryName: resource, snatTableId: snatTableIds, snatIp: address.ip, ...source },
    // A source has one entry: where the gateway moves to another zone, the entry is deleted before the new one is
    // created.
    { parent, dependsOn: [address], deleteBeforeReplace: true },
  );
}

function nat(
  context: EnvironmentContext,
  vpcId: pulumi.Output<string>,
  edge: alicloud.vpc.Switch,
  zone: string,
  after: readonly pulumi.Resource[],
) {
  const { name, parent, facts } = context;
  const resource = `${name}-nat-${zone}`;
  const tags = tagsOf(context);
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
    { parent, dependsOn: [...after] },
  );
  // Its description shows whose it is before it gets its tags.
  const { description: owner = "" } = ownDescription(context);
  const address = new PublicAddress(resource, { facts, owner, tags, gateway: gateway.id }, { parent });
  return { nat: gateway, address };
}

function routeThrough(
  context: EnvironmentContext,
  vpcId: pulumi.Output<string>,
  resource: string,
  inside: alicloud.vpc.Switch,
  gateway: alicloud.vpc.NatGateway,
  translation: pulumi.Resource,
): pulumi.Resource[] {
  const { parent } = context;
  const table = new alicloud.vpc.RouteTable(
    resource,
    { routeTableName: resource, vpcId, associateType: "VSwitch", tags: tagsOf(context) },
    { parent },
  );
  const route = new alicloud.vpc.RouteEntry(
    resource,
    {
      name: resource,
      routeTableId: table.id,
      destinationCidrblock: "0.0.0.0/0",
      nexthopType: "NatGateway",
      nexthopId: gateway.id,
    },
    { parent },
  );
  const attachment = new alicloud.vpc.RouteTableAttachment(
    resource,
    { routeTableId: table.id, vswitchId: inside.id },
    // Instances that run use the table at once.
    { parent, dependsOn: [route, translation] },
  );
  return [route, attachment];
}
