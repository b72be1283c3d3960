/** What instances reach from their subnets. The emulator has routes and endpoints, and carries no traffic. */
import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import type { CloudReader } from "./cloud-reader";

/** What every one of some subnets reaches. */
export interface Reach {
  /** Whether their routes lead to the internet. */
  readonly internet: boolean;
  /** Whether there is an endpoint of a region's service, such as `ecr.api`, whose usual name leads to it. */
  endpoint(service: string, region: string): boolean;
}

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: the way by an internet gateway needs a
 * public address, which the instances have or a NAT gateway has.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html: a service's name leads to an endpoint with
 * private DNS. A gateway endpoint serves the subnets of its route tables:
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
 */
export async function reachOf(cloud: CloudReader, ids: readonly string[], publicAddress: boolean): Promise<Reach> {
  const { ec2 } = cloud;
  const [subnets, tables, nats, gateways, endpoints] = await Promise.all([
    cloud.subnets(ids),
    ec2.send(new DescribeRouteTablesCommand({})),
    ec2.send(new DescribeNatGatewaysCommand({})),
    ec2.send(new DescribeInternetGatewaysCommand({})),
    ec2.send(new DescribeVpcEndpointsCommand({})),
  ]);
  const tableOf = (subnet: string | undefined, vpc: string | undefined) => {
    const { RouteTables = [] } = tables;
    return (
      RouteTables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
      RouteTables.find(({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main))
    );
  };
  const leadsOut = (subnet: string | undefined, vpc: string | undefined, address: boolean): boolean => {
    const route = tableOf(subnet, vpc)?.Routes?.find(({ DestinationCidrBlock: to }) => to === "0.0.0.0/0");
    const gateway = gateways.InternetGateways?.find(({ InternetGatewayId: id }) => id === route?.GatewayId);
    if (gateway !== undefined) return address && (gateway.Attachments ?? []).some(({ VpcId }) => VpcId === vpc);
    const nat = nats.NatGateways?.find(({ NatGatewayId }) => NatGatewayId === route?.NatGatewayId);
    return nat?.State === "available" && leadsOut(nat.SubnetId, nat.VpcId, true);
  };
  const serves = (service: string, region: string, subnet: string | undefined, vpc: string | undefined) =>
    endpoints.VpcEndpoints?.some(
      ({ ServiceName = "", State, VpcId, VpcEndpointType, PrivateDnsEnabled, RouteTableIds = [] }) =>
        VpcId === vpc &&
        State?.toLowerCase() === "available" &&
        ServiceName.endsWith(`.${region}.${service}`) &&
        (VpcEndpointType === "Gateway"
          ? RouteTableIds.includes(tableOf(subnet, vpc)?.RouteTableId ?? "")
          : PrivateDnsEnabled),
    ) ?? false;
  return {
    internet: subnets.every(({ SubnetId, VpcId }) => leadsOut(SubnetId, VpcId, publicAddress)),
    endpoint: (service, region) => subnets.every(({ SubnetId, VpcId }) => serves(service, region, SubnetId, VpcId)),
  };
}
