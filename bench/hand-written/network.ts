import * as aws from "@pulumi/aws";
import { region, tags } from "./common";

export const vpc = new aws.ec2.Vpc("bookstore-vpc", {
  cidrBlock: "10.0.0.0/16",
  enableDnsHostnames: true,
  enableDnsSupport: true,
  tags: tags("bookstore-vpc"),
});
new aws.ec2.DefaultSecurityGroup("bookstore-vpc-default", { vpcId: vpc.id, ingress: [], egress: [] });
const zones = [
  { zone: "use1-az1", privateBlock: "10.0.0.0/21", publicBlock: "10.0.128.0/21" },
  { zone: "use1-az2", privateBlock: "10.0.8.0/21", publicBlock: "10.0.136.0/21" },
];
const internet = new aws.ec2.InternetGateway("bookstore-internet", { vpcId: vpc.id, tags: tags("bookstore-internet") });
const publicTable = new aws.ec2.RouteTable("bookstore-public", { vpcId: vpc.id, tags: tags("bookstore-public") });
const publicRoute = new aws.ec2.Route("bookstore-public", {
  routeTableId: publicTable.id,
  destinationCidrBlock: "0.0.0.0/0",
  gatewayId: internet.id,
});
export const rooms = zones.map(({ zone, privateBlock, publicBlock }) => {
  const inside = new aws.ec2.Subnet(`bookstore-private-${zone}`, {
    vpcId: vpc.id,
    cidrBlock: privateBlock,
    availabilityZoneId: zone,
    tags: tags(`bookstore-private-${zone}`),
  });
  const outside = new aws.ec2.Subnet(`bookstore-public-${zone}`, {
    vpcId: vpc.id,
    cidrBlock: publicBlock,
    availabilityZoneId: zone,
    tags: tags(`bookstore-public-${zone}`),
  });
  const toInternet = new aws.ec2.RouteTableAssociation(`bookstore-public-${zone}`, {
    routeTableId: publicTable.id,
    subnetId: outside.id,
  });
  const address = new aws.ec2.Eip(
    `bookstore-nat-${zone}`,
    { domain: "vpc", tags: tags(`bookstore-nat-${zone}`) },
    { dependsOn: [internet] },
  );
  const nat = new aws.ec2.NatGateway(
    `bookstore-nat-${zone}`,
    { subnetId: outside.id, allocationId: address.id, tags: tags(`bookstore-nat-${zone}`) },
    { dependsOn: [publicRoute, toInternet] },
  );
  const table = new aws.ec2.RouteTable(`bookstore-private-${zone}`, {
    vpcId: vpc.id,
    tags: tags(`bookstore-private-${zone}`),
  });
  const route = new aws.ec2.Route(`bookstore-private-${zone}`, {
    routeTableId: table.id,
    destinationCidrBlock: "0.0.0.0/0",
    natGatewayId: nat.id,
  });
  const association = new aws.ec2.RouteTableAssociation(`bookstore-private-${zone}`, {
    routeTableId: table.id,
    subnetId: inside.id,
  });
  return { zone, inside, outside, table, ready: [route, association] };
});
export const privateSubnets = rooms.map(({ inside }) => inside.id);
const endpoint = new aws.ec2.VpcEndpoint("bookstore-s3", {
  vpcId: vpc.id,
  serviceName: `com.amazonaws.${region}.s3`,
  vpcEndpointType: "Gateway",
  tags: tags("bookstore-s3"),
});
export const endpointRoutes = rooms.map(
  ({ zone, table }) =>
    new aws.ec2.VpcEndpointRouteTableAssociation(`bookstore-s3-${zone}`, {
      vpcEndpointId: endpoint.id,
      routeTableId: table.id,
    }),
);
