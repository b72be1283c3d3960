/** A network for the doubles' own tests. */
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { region } from "./emulator";

/** A VPC with an internet gateway, one subnet per zone and a security group. */
export interface SmallNetwork {
  vpc: string;
  internetGateway: string;
  zones: string[];
  subnets: string[];
  securityGroup: string;
}

/** Creates one with subnets in two zones. `cidr` is a /16. Without `internet` the internet gateway is not attached. */
export async function aNetwork(ec2: EC2Client, cidr: string, { internet = true } = {}): Promise<SmallNetwork> {
  const { Vpc: { VpcId: vpc = "" } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }));
  const { InternetGateway: { InternetGatewayId: internetGateway = "" } = {} } = await ec2.send(
    new CreateInternetGatewayCommand({}),
  );
  if (internet) await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: internetGateway, VpcId: vpc }));
  const zones = [`${region}a`, `${region}b`];
  const subnets: string[] = [];
  for (const [index, zone] of zones.entries()) {
    const block = cidr.replace(/\.0\.0\/16$/, `.${index}.0/24`);
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpc, CidrBlock: block, AvailabilityZone: zone }),
    );
    subnets.push(Subnet?.SubnetId ?? "");
  }
  const { GroupId: securityGroup = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId: vpc, GroupName: "instances", Description: "of the tests" }),
  );
  return { vpc, internetGateway, zones, subnets, securityGroup };
}

/**
 * Leads a small network to the internet: its first subnet by the internet gateway, and every subnet without a route
 * table by a NAT.
 */
export async function leadOut(
  ec2: EC2Client,
  {
    vpc: VpcId,
    internetGateway,
    subnets: [SubnetId],
  }: { vpc: string; internetGateway: string; subnets: readonly string[] },
): Promise<void> {
  const { RouteTables: [main] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
  );
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const [RouteTableId, DestinationCidrBlock] = [RouteTable?.RouteTableId, "0.0.0.0/0"];
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId: internetGateway }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: main?.RouteTableId,
      DestinationCidrBlock,
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
}
