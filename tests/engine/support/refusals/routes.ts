/** Internet gateways, NAT gateways, routes and route tables. */
import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type InternetGateway,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import { field } from "../gaps/correction";
import { interfaces } from "./interfaces";
import type { Refused } from "../aws-call";
import { refusal, type Refusal } from "./refusal";

/**
 * Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; the sources of the messages are
 * below.
 */
export function routes(): Refusal {
  return refusal("ec2", {
    // https://github.com/cloudfoundry-incubator/kubo-deployment/issues/167
    AttachInternetGateway: async (call, { ec2 }) => {
      const vpc = field(call, "VpcId") ?? "";
      return (await internetGateways(ec2)).some((gateway) => isAttached(gateway, vpc))
        ? { code: "InvalidParameterValue", message: `Network ${vpc} already has an internet gateway attached` }
        : undefined;
    },
    // https://github.com/hashicorp/terraform/issues/1303
    DetachInternetGateway: async (call, cloud) => {
      const vpc = field(call, "VpcId") ?? "";
      const gateway = (await internetGateways(cloud.ec2)).find(
        ({ InternetGatewayId }) => InternetGatewayId === field(call, "InternetGatewayId"),
      );
      if (!gateway || !isAttached(gateway, vpc))
        return { code: "Gateway.NotAttached", message: `The gateway is not attached to network ${vpc}` };
      return (await interfaces(cloud)).some((one) => one.isPublic && one.vpc === vpc)
        ? violation(
            `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
          )
        : undefined;
    },
    DeleteInternetGateway: async (call, { ec2 }) => {
      const id = field(call, "InternetGatewayId") ?? "";
      const gateway = (await internetGateways(ec2)).find(({ InternetGatewayId }) => InternetGatewayId === id);
      return gateway?.Attachments?.length
        ? violation(`The internetGateway '${id}' has dependencies and cannot be deleted.`)
        : undefined;
    },
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html: a public one needs an internet
    // gateway.
    CreateNatGateway: async (call, cloud) => {
      const vpc = (await cloud.subnets([field(call, "SubnetId") ?? ""]))[0]?.VpcId ?? "";
      const isPrivate = field(call, "ConnectivityType") === "private";
      return isPrivate || (await internetGateways(cloud.ec2)).some((gateway) => isAttached(gateway, vpc))
        ? undefined
        : { code: "Gateway.NotAttached", message: `Network ${vpc} has no Internet gateway attached` };
    },
    // https://github.com/hashicorp/terraform-provider-aws/issues/23866
    CreateRoute: async (call, { ec2 }) => {
      const table = await routeTable(ec2, field(call, "RouteTableId"));
      const to = field(call, "DestinationCidrBlock") ?? "";
      if (table?.Routes?.some(({ DestinationCidrBlock }) => DestinationCidrBlock === to))
        return { code: "RouteAlreadyExists", message: `The route identified by ${to} already exists.` };
      const id = field(call, "GatewayId");
      const gateway = (await internetGateways(ec2)).find(({ InternetGatewayId }) => InternetGatewayId === id);
      // https://github.com/giantswarm/aws-operator/pull/632
      return gateway && table && !isAttached(gateway, table.VpcId ?? "")
        ? {
            code: "InvalidParameterValue",
            message: `route table ${table.RouteTableId ?? ""} and network gateway ${id ?? ""} belong to different networks`,
          }
        : undefined;
    },
    // https://github.com/hashicorp/terraform-provider-aws/issues/38960
    AssociateRouteTable: async (call, cloud) => {
      const [table, subnet] = [field(call, "RouteTableId") ?? "", field(call, "SubnetId") ?? ""];
      const { RouteTables = [] } = await cloud.ec2.send(new DescribeRouteTablesCommand({}));
      if (RouteTables.some(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)))
        return {
          code: "Resource.AlreadyAssociated",
          message: `the specified association for route table ${table} conflicts with an existing association`,
        };
      const vpc = (await cloud.subnets([subnet]))[0]?.VpcId;
      return vpc === (await routeTable(cloud.ec2, table))?.VpcId
        ? undefined
        : {
            code: "InvalidParameterValue",
            message: `Route table ${table} and subnet ${subnet} belong to different networks`,
          };
    },
    DeleteRouteTable: async (call, { ec2 }) => {
      const id = field(call, "RouteTableId") ?? "";
      return (await routeTable(ec2, id))?.Associations?.length
        ? violation(`The routeTable '${id}' has dependencies and cannot be deleted.`)
        : undefined;
    },
  });
}

async function internetGateways(ec2: EC2Client): Promise<InternetGateway[]> {
  return (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways ?? [];
}

async function routeTable(ec2: EC2Client, id: string | undefined): Promise<RouteTable | undefined> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  return RouteTables.find(({ RouteTableId }) => RouteTableId === id);
}

function isAttached({ Attachments = [] }: InternetGateway, vpc: string): boolean {
  return Attachments.some(({ VpcId }) => VpcId === vpc);
}

function violation(message: string): Refused {
  return { code: "DependencyViolation", message };
}
