import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentContext } from "../context";
import { EndpointZone } from "./endpoint-zone";
import { endpointServiceOf } from "./regions";
import { tagsOf } from "./tags";

/** The route table of a zone, or its subnet. */
interface InZone {
  readonly name: string;
  readonly id: pulumi.Input<string>;
}

/**
 * Registers the endpoint of S3, whose traffic would otherwise pass a NAT gateway, which bills each byte; and, in a
 * network without egress to the internet, an endpoint of each service that instances need.
 */
export function vpcEndpoints(
  context: EnvironmentContext,
  vpc: aws.ec2.Vpc,
  tables: readonly InZone[],
  privates: readonly InZone[],
  startEndpoints: readonly string[] | undefined,
): pulumi.Resource[] {
  const { name, parent, facts, spec } = context;
  const serviceName = (service: string) => endpointServiceOf(facts.region, service);
  const s3 = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      serviceName: serviceName("s3"),
      vpcEndpointType: "Gateway",
      tags: tagsOf(context, `${name}-s3`),
    },
    { parent },
  );
  // One by one, so that instances in a zone that is removed keep their route as long as they run.
  const routes = tables.map(
    (table) =>
      new aws.ec2.VpcEndpointRouteTableAssociation(
        `${name}-s3-${table.name}`,
        { vpcEndpointId: s3.id, routeTableId: table.id },
        { parent },
      ),
  );
  if (startEndpoints === undefined) return routes;
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    { vpcId: vpc.id, description: "Endpoints of AWS services", tags: tagsOf(context, `${name}-endpoints`) },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints-in`,
    {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: vpc.cidrBlock,
      tags: tagsOf(context, `${name}-endpoints-in`),
    },
    { parent },
  );
  const references = spec.releases.flatMap((release) => Object.values(release.shape.secrets));
  // An output may be a reference to either store.
  const isIn = (store: string) =>
    references.some((reference) => typeof reference !== "string" || reference.includes(store));
  const services = [
    ...startEndpoints,
    ...(isIn(":secretsmanager:") ? ["secretsmanager"] : []),
    ...(isIn(":ssm:") ? ["ssm"] : []),
    ...(spec.files?.share ? ["elasticfilesystem"] : []),
  ];
  return [
    ...routes,
    ...services.flatMap((service) => {
      const resource = `${name}-${service.replace(".", "-")}`;
      const endpoint = new aws.ec2.VpcEndpoint(
        resource,
        {
          vpcId: vpc.id,
          serviceName: serviceName(service),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: privates.map(({ id }) => id),
          securityGroupIds: [group.id],
          tags: tagsOf(context, resource),
        },
        {
          parent,
          // From then on the zones below add and remove subnets, each before the first or after the last release that
          // needs it.
          ignoreChanges: ["subnetIds", "subnetConfigurations"],
        },
      );
      const zones = privates.map(
        (subnet) =>
          new EndpointZone(
            `${resource}-${subnet.name}`,
            { region: facts.region, endpoint: endpoint.id, subnet: subnet.id },
            { parent, deletedWith: endpoint },
          ),
      );
      return [endpoint, ...zones];
    }),
  ];
}
