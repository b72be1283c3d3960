/** A network for the doubles' own tests. */
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
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
