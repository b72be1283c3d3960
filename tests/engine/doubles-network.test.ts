/** What AWS refuses for networks, and the emulator accepts. */
import assert from "node:assert/strict";
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
  ModifyVpcEndpointCommand,
  RevokeSecurityGroupEgressCommand,
  type EC2Client,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from "@aws-sdk/client-efs";
import { clientSettings } from "./support/client-settings";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, type SmallNetwork } from "./support/small-network";

describe("engine: the emulator's gateway: networks", () => {
  const aws = emulatedAws();
  let ec2: EC2Client, elb: ElasticLoadBalancingV2Client;
  let network: SmallNetwork, foreign: SmallNetwork;

  const subnet = async (cidr: string, zone = `${region}c`) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId: network.vpc, CidrBlock: cidr, AvailabilityZone: zone }))).Subnet
      ?.SubnetId ?? "";
  const table = async (vpc = network.vpc) =>
    (await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }))).RouteTable?.RouteTableId ?? "";
  const group = async (name: string, vpc = network.vpc) =>
    (await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpc, GroupName: name, Description: name }))).GroupId ?? "";

  before(async () => {
    const reader = aws.gateway.reader(region);
    [ec2, elb] = [reader.ec2, reader.balancing];
    [network, foreign] = await Promise.all([aNetwork(ec2, "10.1.0.0/16"), aNetwork(ec2, "10.2.0.0/16")]);
  });

  it("creates a subnet in the zone with the given id, and refuses an id that no zone has", async () => {
    const create = (zoneId: string, block: number) =>
      ec2.send(
        new CreateSubnetCommand({
          VpcId: network.vpc,
          CidrBlock: `10.1.${block}.0/24`,
          AvailabilityZoneId: zoneId,
        }),
      );
    const { Subnet: created } = await create("use1-az4", 40);
    const { Subnets: read = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [created?.SubnetId ?? ""] }));
    for (const one of [created, read[0]])
      assert.deepEqual([one?.AvailabilityZoneId, one?.AvailabilityZone], ["use1-az4", `${region}d`]);
    assert.match(await refusalOf(create("use1-az9", 41)), /^InvalidParameterValue/);
    await ec2.send(new DeleteSubnetCommand({ SubnetId: created?.SubnetId }));
  });

  it("refuses a subnet whose range overlaps another's, is outside the VPC's or has a wrong size", async () => {
    const refused: [string, RegExp][] = [
      ["10.1.0.0/24", /^InvalidSubnet.Conflict/],
      ["10.1.0.128/25", /^InvalidSubnet.Conflict/],
      ["10.1.0.0/20", /^InvalidSubnet.Conflict/],
      ["10.2.9.0/24", /^InvalidSubnet.Range/],
      ["10.0.0.0/15", /^InvalidSubnet.Range/],
      ["10.1.9.0/29", /^InvalidSubnet.Range/],
    ];
    for (const [cidr, message] of refused) assert.match(await refusalOf(subnet(cidr)), message, cidr);
    await subnet("10.1.2.0/24");
  });

  it("refuses descriptions of security groups and rules with other characters, or longer than 255", async () => {
    const create = (Description: string) =>
      ec2.send(
        new CreateSecurityGroupCommand({
          VpcId: network.vpc,
          GroupName: `described-${Description.length}`,
          Description,
        }),
      );
    for (const description of ["the service's group", "ü", "a|b", "x".repeat(256)])
      assert.match(
        await refusalOf(create(description)),
        /^InvalidParameterValue.*security group description/,
        description,
      );
    const { GroupId } = await create("All of them: a-z A-Z 0-9 . _-:/()#,@[]+=&;{}!$*");
    const allow = (Description: string) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [
            { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.1.0.0/16", Description }] },
          ],
        }),
      );
    assert.match(await refusalOf(allow("it's open")), /^InvalidParameterValue.*rule description/);
    await allow("open to the network");
  });

  it("keeps one internet gateway per VPC, and one VPC per internet gateway", async () => {
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const attach = (InternetGatewayId = "", VpcId = network.vpc) =>
      ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    assert.match(await refusalOf(attach(InternetGateway?.InternetGatewayId)), /^InvalidParameterValue.*already has/);
    const free = await aNetwork(ec2, "10.3.0.0/16", { internet: false });
    assert.match(await refusalOf(attach(network.internetGateway, free.vpc)), /^Resource.AlreadyAssociated/);
    const remove = new DeleteInternetGatewayCommand({ InternetGatewayId: network.internetGateway });
    assert.match(await refusalOf(ec2.send(remove)), /^DependencyViolation/);
  });

  it("refuses a public NAT gateway without an internet gateway, and detaching that one under public addresses", async () => {
    const closed = await aNetwork(ec2, "10.4.0.0/16", { internet: false });
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const create = () =>
      ec2.send(new CreateNatGatewayCommand({ SubnetId: closed.subnets[0], AllocationId, ConnectivityType: "public" }));
    assert.match(await refusalOf(create()), /^Gateway.NotAttached/);
    const own = { InternetGatewayId: closed.internetGateway, VpcId: closed.vpc };
    await ec2.send(new AttachInternetGatewayCommand(own));
    const { NatGateway } = await create();
    const detach = () => ec2.send(new DetachInternetGatewayCommand(own));
    assert.match(await refusalOf(detach()), /^DependencyViolation.*mapped public address/);
    assert.match(
      await refusalOf(ec2.send(new DeleteSubnetCommand({ SubnetId: closed.subnets[0] }))),
      /^DependencyViolation/,
    );
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }));
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({ Name: "public", Subnets: closed.subnets }),
    );
    assert.match(await refusalOf(detach()), /^DependencyViolation.*mapped public address/);
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }));
    await detach();
    assert.match(await refusalOf(detach()), /^Gateway.NotAttached/);
  });

  it("refuses a route that exists, and one to another network's gateway", async () => {
    const RouteTableId = await table();
    const route = (GatewayId: string, DestinationCidrBlock = "0.0.0.0/0") =>
      ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
    assert.match(await refusalOf(route(foreign.internetGateway)), /^InvalidParameterValue.*different networks/);
    await route(network.internetGateway);
    assert.match(await refusalOf(route(network.internetGateway)), /^RouteAlreadyExists/);
    assert.match(await refusalOf(route(network.internetGateway, "10.1.0.0/16")), /^RouteAlreadyExists/);
  });

  it("keeps one route table per subnet, of the same network", async () => {
    const [first, second, elsewhere] = [await table(), await table(), await table(foreign.vpc)];
    const SubnetId = await subnet("10.1.3.0/24");
    const associate = (RouteTableId: string) => ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    assert.match(await refusalOf(associate(elsewhere)), /^InvalidParameterValue.*different networks/);
    await associate(first);
    assert.match(await refusalOf(associate(second)), /^Resource.AlreadyAssociated/);
    assert.match(
      await refusalOf(ec2.send(new DeleteRouteTableCommand({ RouteTableId: first }))),
      /^DependencyViolation/,
    );
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: second }));
  });

  it("refuses a security group's rule that exists, and a group of another network", async () => {
    const GroupId = await group("rules");
    const [friend, stranger] = [await group("friend"), await group("stranger", foreign.vpc)];
    const http: IpPermission = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };
    const allow = (rule: IpPermission) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    await allow({ ...http, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "one" }] });
    assert.match(
      await refusalOf(allow({ ...http, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "another" }] })),
      /^InvalidPermission.Duplicate/,
    );
    await allow({ ...http, ToPort: 81, IpRanges: [{ CidrIp: "0.0.0.0/0" }] });
    await allow({ ...http, UserIdGroupPairs: [{ GroupId: friend }] });
    assert.match(
      await refusalOf(allow({ ...http, UserIdGroupPairs: [{ GroupId: friend }] })),
      /^InvalidPermission.Duplicate/,
    );
    assert.match(
      await refusalOf(allow({ ...http, UserIdGroupPairs: [{ GroupId: stranger }] })),
      /^InvalidGroup.NotFound.*different networks/,
    );
    const everywhere = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    const leave = new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everywhere] });
    assert.match(await refusalOf(ec2.send(leave)), /^InvalidPermission.Duplicate/);
    // As the provider revokes AWS's first rule of each group.
    const revoked = { ...everywhere, FromPort: 0, ToPort: 0 };
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [revoked] }));
    await ec2.send(leave);
    assert.match(
      await refusalOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId: friend }))),
      /^DependencyViolation/,
    );
  });

  it("refuses an endpoint of a service by its name in another partition", async () => {
    const named = (ServiceName: string) =>
      refusalOf(
        ec2.send(new CreateVpcEndpointCommand({ VpcId: network.vpc, ServiceName, VpcEndpointType: "Interface" })),
      );
    const [here, there] = ["com.amazonaws.us-east-1", "com.amazonaws.cn-north-1"];
    for (const name of [`${there}.ecr.api`, `cn.${there}.logs`, `cn.${here}.ecr.dkr`, "ecr.api"])
      assert.match(await named(name), /^InvalidServiceName/, name);
  });

  it("refuses an endpoint whose route or private name another endpoint has, and two subnets in a zone", async () => {
    const RouteTableId = await table();
    const gateway = () =>
      ec2.send(
        new CreateVpcEndpointCommand({
          VpcId: network.vpc,
          ServiceName: `com.amazonaws.${region}.s3`,
          VpcEndpointType: "Gateway",
          RouteTableIds: [RouteTableId],
        }),
      );
    const { VpcEndpoint: first } = await gateway();
    assert.match(await refusalOf(gateway()), /^RouteAlreadyExists/);
    const { VpcEndpoint: second } = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId: network.vpc, ServiceName: `com.amazonaws.${region}.s3` }),
    );
    const add = new ModifyVpcEndpointCommand({
      VpcEndpointId: second?.VpcEndpointId,
      AddRouteTableIds: [RouteTableId],
    });
    assert.match(await refusalOf(ec2.send(add)), /^RouteAlreadyExists/);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [first?.VpcEndpointId ?? ""] }));
    await ec2.send(add);

    const GroupId = await group("endpoints");
    const endpoint = (subnets: string[], service = "ecr.api", PrivateDnsEnabled = true) =>
      ec2.send(
        new CreateVpcEndpointCommand({
          VpcId: network.vpc,
          ServiceName: `com.amazonaws.${region}.${service}`,
          VpcEndpointType: "Interface",
          SubnetIds: subnets,
          SecurityGroupIds: [GroupId],
          PrivateDnsEnabled,
        }),
      );
    const twin = await subnet("10.1.4.0/24", network.zones[0]);
    assert.match(await refusalOf(endpoint([...network.subnets, twin])), /^DuplicateSubnetsInSameZone/);
    assert.match(await refusalOf(endpoint(foreign.subnets)), /^InvalidParameter.*VPC/);
    const { VpcEndpoint: created } = await endpoint(network.subnets);
    assert.deepEqual(
      created?.Groups?.map((one) => one.GroupId),
      [GroupId],
    );
    const modify = (AddSubnetIds: string[], RemoveSubnetIds: string[] = []) =>
      ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: created.VpcEndpointId, AddSubnetIds, RemoveSubnetIds }));
    assert.match(await refusalOf(modify([twin])), /^DuplicateSubnetsInSameZone/);
    assert.match(await refusalOf(modify(foreign.subnets)), /^InvalidParameter.*VPC/);
    await modify([twin], network.subnets.slice(0, 1));
    assert.match(await refusalOf(modify(network.subnets.slice(0, 1))), /^DuplicateSubnetsInSameZone/);
    await modify(network.subnets.slice(0, 1), [twin]);
    assert.match(
      await refusalOf(endpoint(network.subnets)),
      /^InvalidParameter.*conflicting DNS domain for api\.ecr\.us-east-1\.amazonaws\.com/,
    );
    await endpoint(network.subnets, "ecr.api", false);
    assert.match(await refusalOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId }))), /^DependencyViolation/);
  });

  it("refuses a second mount target of a file system in a zone", async () => {
    const efs = new EFSClient(clientSettings(aws.gateway.url));
    const { FileSystemId } = await efs.send(new CreateFileSystemCommand({ CreationToken: "twins" }));
    const mount = (SubnetId: string) => efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId }));
    const twin = await subnet("10.1.5.0/24", network.zones[0]);
    await mount(network.subnets[0] ?? "");
    assert.match(await refusalOf(mount(twin)), /^MountTargetConflict/);
    await mount(network.subnets[1] ?? "");
    efs.destroy();
  });

  it("refuses to delete a VPC, subnet or security group that something uses", async () => {
    const used = await aNetwork(ec2, "10.5.0.0/16");
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({ Name: "used", Subnets: used.subnets, SecurityGroups: [used.securityGroup] }),
    );
    const parts = [
      ...used.subnets.map((SubnetId) => () => ec2.send(new DeleteSubnetCommand({ SubnetId }))),
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: used.securityGroup })),
    ];
    for (const part of parts) assert.match(await refusalOf(part()), /^DependencyViolation/);
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }));
    for (const part of parts) await part();
    const own = { InternetGatewayId: used.internetGateway, VpcId: used.vpc };
    const RouteTableId = await table(used.vpc);
    const remove = () => ec2.send(new DeleteVpcCommand({ VpcId: used.vpc }));
    assert.match(await refusalOf(remove()), /^DependencyViolation/);
    await ec2.send(new DetachInternetGatewayCommand(own));
    assert.match(await refusalOf(remove()), /^DependencyViolation/);
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    await remove();
  });
});
