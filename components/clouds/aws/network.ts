import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { maxZones, subnetCidr, zoneNumber } from "../cidr";
import { zonesFor } from "../zones";
import type { ExistingNetwork, NewNetwork } from "../../spec";
import { type EnvironmentContext, childContext, singleNatZone } from "../context";
import { vpcEndpoints } from "./endpoints";
import { ExistingSubnets } from "./existing-subnets";
import { emptyDefaultGroup } from "./security-group";
import { tagsOf } from "./tags";
import { isZoneId, zonesOf } from "./regions";

/** The network of an environment: an existing one, or a new one. */
export interface Network {
  readonly vpcId: pulumi.Input<string>;
  /** One subnet per zone for the instances. */
  readonly privateSubnets: readonly NamedSubnet[];
  /** The subnets of the load balancer. */
  readonly loadBalancerSubnets: readonly NamedSubnet[];
  /** The subnets of a release's instances, from the placement in its shape. */
  subnetsOf(placement: readonly pulumi.Input<string>[]): pulumi.Input<string>[];
  /**
   * What must be done before the load balancer exists: the route to and from the internet, without which AWS refuses a
   * public one and a NAT gateway, or the check of an existing network.
   */
  readonly internetDependencies: pulumi.Resource[];
  /**
   * What must be done before a release: the route to registries and the cloud's services, without which an instance
   * cannot fetch its image, or the check of an existing network.
   */
  readonly egressDependencies: pulumi.Resource[];
}

/** A subnet, and what everything is named by that there is once for each. */
export interface NamedSubnet {
  /**
   * The zone of a new network, or the id of an existing subnet; of an id that is an output only the position among
   * those.
   */
  readonly name: string;
  readonly id: pulumi.Input<string>;
}

/**
 * Uses the existing network or registers a new one. `endpoints` are the services that instances need to start,
 * `standing` the zones in which the network has NAT gateways from before.
 */
export function network(
  environment: EnvironmentContext,
  endpoints: readonly string[],
  standing: readonly string[],
): Network {
  const context = childContext(environment, "network", `${environment.name}-network`);
  const wanted = context.spec.network;
  return "vpcId" in wanted ? existingNetwork(context, wanted) : newNetwork(context, wanted, endpoints, standing);
}

function existingNetwork(
  { name, parent, spec, facts }: EnvironmentContext,
  { vpcId, privateSubnetIds, publicSubnetIds }: ExistingNetwork,
): Network {
  const privateSubnets = existingSubnets(privateSubnetIds);
  const loadBalancerSubnets = existingSubnets(
    spec.loadBalancer.internal ? privateSubnetIds : (publicSubnetIds ?? privateSubnetIds),
  );
  const idsOf = (subnets: readonly NamedSubnet[]) => subnets.map(({ id }) => id);
  const check = new ExistingSubnets(
    `${name}-existing-subnets`,
    {
      region: facts.region,
      vpc: vpcId,
      instances: idsOf(privateSubnets),
      loadBalancer: idsOf(loadBalancerSubnets),
    },
    { parent },
  );
  return {
    vpcId,
    privateSubnets,
    loadBalancerSubnets,
    subnetsOf: (placement) => [...placement],
    internetDependencies: [check],
    egressDependencies: [check],
  };
}

/** Names the subnets of an existing network; their order means nothing. */
function existingSubnets(ids: readonly pulumi.Input<string>[]): NamedSubnet[] {
  const plain = ids.filter((id) => typeof id === "string").sort();
  const outputs = ids.filter((id) => typeof id !== "string");
  return [...plain.map((id) => ({ name: id, id })), ...outputs.map((id, index) => ({ name: String(index + 1), id }))];
}

function newNetwork(
  context: EnvironmentContext,
  wanted: NewNetwork,
  endpoints: readonly string[],
  standing: readonly string[],
): Network {
  const { name, parent, facts, spec } = context;
  const own = (resource: string) => ({ tags: tagsOf(context, resource) });
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    { cidrBlock: wanted.cidr, enableDnsHostnames: true, enableDnsSupport: true, ...own(`${name}-vpc`) },
    { parent },
  );
  emptyDefaultGroup(`${name}-vpc-default`, vpc.id, parent);
  const zones = zonesFor(wanted, zonesOf(facts.region));
  const subnet = (kind: "private" | "public", zone: string, block: number) => {
    const resource = `${name}-${kind}-${zone}`;
    return new aws.ec2.Subnet(
      resource,
      {
        vpcId: vpc.id,
        cidrBlock: subnetCidr(wanted.cidr, block),
        ...(isZoneId(zone) ? { availabilityZoneId: zone } : { availabilityZone: zone }),
        ...own(resource),
      },
      { parent },
    );
  };
  const privates = zones.map((zone) => subnet("private", zone, zoneNumber(zone)));
  const needsPublic = wanted.egress !== "endpoints" || !spec.loadBalancer.internal;
  const publics = needsPublic ? zones.map((zone) => subnet("public", zone, maxZones + zoneNumber(zone))) : [];
  const named = (subnets: readonly aws.ec2.Subnet[]): NamedSubnet[] =>
    subnets.map(({ id }, index) => ({ name: zones[index] ?? "", id }));
  const internetDependencies = needsPublic ? internet(context, vpc.id, zones, publics) : [];

  const single = wanted.egress === "nat" ? singleNatZone(zones, standing) : undefined;
  const gateways = new Map(
    publics.flatMap(({ id }, index) => {
      const zone = zones[index] ?? "";
      return wanted.egress === "endpoints" || (single !== undefined && zone !== single)
        ? []
        : [[zone, nat(context, zone, id, internetDependencies)] as const];
    }),
  );
  const tables = privates.map((privateSubnet, index) => {
    const zone = zones[index] ?? "";
    const resource = `${name}-private-${zone}`;
    const nat = gateways.get(single ?? zone);
    const table = new aws.ec2.RouteTable(resource, { vpcId: vpc.id, ...own(resource) }, { parent });
    const route =
      nat &&
      new aws.ec2.Route(
        resource,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
        { parent },
      );
    const association = new aws.ec2.RouteTableAssociation(
      resource,
      { routeTableId: table.id, subnetId: privateSubnet.id },
      { parent },
    );
    return { table, routeDependencies: [association, ...(route ? [route] : [])] };
  });
  const endpointDependencies = vpcEndpoints(
    context,
    vpc,
    tables.map(({ table }, index) => ({ name: zones[index] ?? "", id: table.id })),
    named(privates),
    wanted.egress === "endpoints" ? endpoints : undefined,
  );
  return {
    vpcId: vpc.id,
    privateSubnets: named(privates),
    loadBalancerSubnets: named(spec.loadBalancer.internal ? privates : publics),
    subnetsOf: (placement) =>
      placement.map((zone) => {
        const own = privates[zones.findIndex((one) => one === zone)];
        if (own === undefined)
          throw new Error(`a release is placed in ${JSON.stringify(zone)}, which is no zone of the network`);
        return own.id;
      }),
    internetDependencies,
    egressDependencies: [...tables.flatMap(({ routeDependencies }) => routeDependencies), ...endpointDependencies],
  };
}

function internet(
  context: EnvironmentContext,
  vpcId: pulumi.Output<string>,
  zones: readonly string[],
  publics: aws.ec2.Subnet[],
): pulumi.Resource[] {
  const { name, parent } = context;
  const tags = tagsOf(context, `${name}-public`);
  const gateway = new aws.ec2.InternetGateway(
    `${name}-internet`,
    { vpcId, tags: tagsOf(context, `${name}-internet`) },
    { parent },
  );
  const table = new aws.ec2.RouteTable(`${name}-public`, { vpcId, tags }, { parent });
  const route = new aws.ec2.Route(
    `${name}-public`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    { parent },
  );
  const associations = publics.map(
    (publicSubnet, index) =>
      new aws.ec2.RouteTableAssociation(
        `${name}-public-${zones[index] ?? ""}`,
        { routeTableId: table.id, subnetId: publicSubnet.id },
        { parent },
      ),
  );
  return [route, ...associations];
}

function nat(
  context: EnvironmentContext,
  zone: string,
  subnetId: pulumi.Output<string>,
  dependsOn: pulumi.Resource[],
): aws.ec2.NatGateway {
  const { name, parent } = context;
  const resource = `${name}-nat-${zone}`;
  const tags = tagsOf(context, resource);
  const address = new aws.ec2.Eip(resource, { domain: "vpc", tags }, { parent, dependsOn });
  return new aws.ec2.NatGateway(resource, { subnetId, allocationId: address.id, tags }, { parent, dependsOn });
}
