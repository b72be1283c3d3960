/** What an interrupted update has left of the network. */
import { crc32 } from "node:zlib";
import {
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  type Filter,
  ModifyVpcEndpointCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type RouteTable,
  type Tag,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { ownerTag } from "../tag-keys";
import { clientSettings } from "./clients.remote";
import type { Leftover, Own } from "./leftover.remote";

const anywhere = "0.0.0.0/0";

function ec2({ region }: Own): EC2Client {
  return new EC2Client(clientSettings(region, "ec2"));
}

function marked({ owner }: Own): { Filters: Filter[] } {
  return { Filters: [{ Name: `tag:${ownerTag}`, Values: [owner] }] };
}

/** A resource that was found. */
interface Found {
  readonly id: string | undefined;
  readonly tags: readonly Tag[] | undefined;
}

/** The leftovers among the resources that were found. */
function leftoversAmong(
  { recorded, owner }: Own,
  what: string,
  found: readonly Found[],
  { remove, gone }: { remove: (id: string) => Promise<unknown>; gone?: (id: string) => Promise<boolean> },
): Leftover[] {
  return found.flatMap(({ id, tags = [] }) => {
    const owned = tags.some(({ Key, Value }) => Key === ownerTag && Value === owner);
    if (id === undefined || recorded.has(id) || !owned) return [];
    return [{ what: `the ${what} ${id}`, remove: () => remove(id), ...(gone ? { gone: () => gone(id) } : {}) }];
  });
}

/** NAT gateways. Their addresses are free once they are deleted. */
export async function natGateways(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { NatGateways: found = [] } = await client.send(
    new DescribeNatGatewaysCommand({ Filter: marked(own).Filters }),
  );
  const living = found.filter(({ State }) => State !== "deleted");
  return leftoversAmong(
    own,
    "NAT gateway",
    living.map(({ NatGatewayId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new DeleteNatGatewayCommand({ NatGatewayId: id })),
      gone: async (id) => {
        const { NatGateways: left = [] } = await client.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
        return left.every(({ State }) => State === "deleted");
      },
    },
  );
}

/** Addresses. */
export async function addresses(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { Addresses: found = [] } = await client.send(new DescribeAddressesCommand(marked(own)));
  return leftoversAmong(
    own,
    "address",
    found.map(({ AllocationId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new ReleaseAddressCommand({ AllocationId: id })),
    },
  );
}

/** The endpoints that exist: AWS lists a deleted one for some time. */
async function ownEndpoints(client: EC2Client, own: Own): Promise<VpcEndpoint[]> {
  const { VpcEndpoints: found = [] } = await client.send(new DescribeVpcEndpointsCommand(marked(own)));
  return found.filter(({ State }) => !/delet/i.test(State ?? ""));
}

/** VPC endpoints. */
export async function endpoints(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const found = (await ownEndpoints(client, own)).map(({ VpcEndpointId: id, Tags: tags }) => ({ id, tags }));
  return leftoversAmong(own, "VPC endpoint", found, {
    remove: (id) => client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] })),
    gone: async (id) => !(await ownEndpoints(client, own)).some(({ VpcEndpointId }) => VpcEndpointId === id),
  });
}

/** Route tables of recorded endpoints. The engine's id of such an association is made of both ids. */
export async function endpointRoutes(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  return (await ownEndpoints(client, own)).flatMap(({ VpcEndpointId: id = "", RouteTableIds: tables = [] }) =>
    own.recorded.has(id)
      ? tables
          .filter((table) => !own.recorded.has(`a-${id}${crc32(table)}`))
          .map((table) => ({
            what: `the route of the VPC endpoint ${id} in ${table}`,
            remove: () =>
              client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, RemoveRouteTableIds: [table] })),
          }))
      : [],
  );
}

/** Subnets of recorded endpoints for the cloud's own services. */
export async function endpointZones(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const found = await ownEndpoints(client, own);
  return found.flatMap(({ VpcEndpointId: id = "", SubnetIds: subnets = [] }) => {
    const left = own.recorded.has(id) ? subnets.filter((subnet) => !own.recorded.has(`${id}/${subnet}`)) : [];
    // Without any recorded one, the update was interrupted before it recorded those that the endpoint was created with.
    return left.length === subnets.length
      ? []
      : left.map((subnet) => ({
          what: `the VPC endpoint ${id} in the subnet ${subnet}`,
          remove: () => client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, RemoveSubnetIds: [subnet] })),
        }));
  });
}

async function ownTables(client: EC2Client, own: Own): Promise<RouteTable[]> {
  return (await client.send(new DescribeRouteTablesCommand(marked(own)))).RouteTables ?? [];
}

/** Routes to the internet in recorded route tables. The engine's id of a route is made of its table and destination. */
export async function routes(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  return (await ownTables(client, own)).flatMap(({ RouteTableId: table = "", Routes: found = [] }) =>
    own.recorded.has(table) && !own.recorded.has(`r-${table}${crc32(anywhere)}`)
      ? found
          .filter(({ DestinationCidrBlock }) => DestinationCidrBlock === anywhere)
          .map(() => ({
            what: `the route to ${anywhere} in ${table}`,
            remove: () => client.send(new DeleteRouteCommand({ RouteTableId: table, DestinationCidrBlock: anywhere })),
          }))
      : [],
  );
}

/** Associations of route tables with subnets. */
export async function tableAssociations(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const found = (await ownTables(client, own)).flatMap(({ Associations = [], Tags: tags }) =>
    Associations.filter(({ Main }) => Main !== true).map(({ RouteTableAssociationId: id }) => ({ id, tags })),
  );
  return leftoversAmong(own, "association of a route table", found, {
    remove: (id) => client.send(new DisassociateRouteTableCommand({ AssociationId: id })),
  });
}

/** Route tables. */
export async function routeTables(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const found = await ownTables(client, own);
  return leftoversAmong(
    own,
    "route table",
    found.map(({ RouteTableId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new DeleteRouteTableCommand({ RouteTableId: id })),
    },
  );
}

/** Rules of security groups. */
export async function securityGroupRules(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { SecurityGroupRules: found = [] } = await client.send(new DescribeSecurityGroupRulesCommand(marked(own)));
  return leftoversAmong(
    own,
    "rule of a security group",
    found.map(({ SecurityGroupRuleId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => {
        const rule = found.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
        const named = { GroupId: rule?.GroupId, SecurityGroupRuleIds: [id] };
        return rule?.IsEgress === true
          ? client.send(new RevokeSecurityGroupEgressCommand(named))
          : client.send(new RevokeSecurityGroupIngressCommand(named));
      },
    },
  );
}

/** Security groups. */
export async function securityGroups(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { SecurityGroups: found = [] } = await client.send(new DescribeSecurityGroupsCommand(marked(own)));
  return leftoversAmong(
    own,
    "security group",
    found.map(({ GroupId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new DeleteSecurityGroupCommand({ GroupId: id })),
    },
  );
}

/** Subnets. */
export async function subnets(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { Subnets: found = [] } = await client.send(new DescribeSubnetsCommand(marked(own)));
  return leftoversAmong(
    own,
    "subnet",
    found.map(({ SubnetId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new DeleteSubnetCommand({ SubnetId: id })),
    },
  );
}

/** Internet gateways. */
export async function internetGateways(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { InternetGateways: found = [] } = await client.send(new DescribeInternetGatewaysCommand(marked(own)));
  return leftoversAmong(
    own,
    "internet gateway",
    found.map(({ InternetGatewayId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: async (id) => {
        const { Attachments: attached = [] } = found.find(({ InternetGatewayId }) => InternetGatewayId === id) ?? {};
        for (const { VpcId } of attached)
          await client.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
        await client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
      },
    },
  );
}

/** VPCs. */
export async function vpcs(own: Own): Promise<readonly Leftover[]> {
  const client = ec2(own);
  const { Vpcs: found = [] } = await client.send(new DescribeVpcsCommand(marked(own)));
  return leftoversAmong(
    own,
    "VPC",
    found.map(({ VpcId: id, Tags: tags }) => ({ id, tags })),
    {
      remove: (id) => client.send(new DeleteVpcCommand({ VpcId: id })),
    },
  );
}
