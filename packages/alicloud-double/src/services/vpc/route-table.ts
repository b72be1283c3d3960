import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { everywhere } from "./egress";
import type { RouteEntry, RouteTable, Vpc } from "./records";
import { page } from "../listing";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

const noRouteTable = (id: string) => notFound("InvalidRouteTableId.NotFound", id);

/** Route tables, the system table of each VPC and custom ones, and their entries. */
export const routeTables: ActionGroup = {
  service: "vpc",
  actions: {
    CreateRouteTable({ fields, world }) {
      const vpc = world.network.vpcs.require(fields.string("VpcId"), "InvalidVpcId.NotFound");
      const id = world.newId("vtb");
      const table = world.network.routeTables.put(id, {
        id,
        vpcId: vpc.id,
        name: fields.string("RouteTableName") ?? "",
        description: fields.string("Description") ?? "",
        associateType: fields.string("AssociateType") ?? "VSwitch",
        status: "Pending",
        vSwitchIds: [],
        created: world.timestamp(),
        tags: sentTags(fields),
      });
      world.schedule(world.delays.transition, () => (table.status = "Available"));
      return { RouteTableId: id };
    },
    DescribeRouteTableList({ fields, world }) {
      const found = allTables(world).filter(
        (table) =>
          matches(fields.string("RouteTableId"), table.RouteTableId) &&
          matches(fields.string("VpcId"), table.VpcId) &&
          acceptsTags(world, fields, { tags: new Map(table.Tags.Tag.map(({ Key = "", Value = "" }) => [Key, Value])) }),
      );
      return { RouterTableList: { RouterTableListType: found }, ...page(found.length, 50) };
    },
    DescribeRouteTables({ fields, world }) {
      const found = allTables(world).filter(
        (table) =>
          matches(fields.string("RouteTableId"), table.RouteTableId) &&
          matches(fields.string("VRouterId"), table.RouterId),
      );
      return {
        RouteTables: {
          RouteTable: found.map(
            ({ RouteTableId, RouterId, RouteTableType, CreationTime, ResourceGroupId, VSwitchIds }) => ({
              RouteTableId,
              VRouterId: RouterId,
              RouteTableType,
              CreationTime,
              ResourceGroupId,
              VSwitchIds,
              RouteEntrys: {
                RouteEntry: entriesOf(world, RouteTableId).map((entry) => ({
                  RouteTableId,
                  DestinationCidrBlock: entry.destination,
                  Type: "Custom",
                  Status: entry.status,
                  InstanceId: entry.nextHopId,
                  NextHopType: entry.nextHopType,
                  RouteEntryId: entry.id,
                  RouteEntryName: entry.name,
                  NextHops: { NextHop: [] },
                })),
              },
            }),
          ),
        },
        ...page(found.length, 50),
      };
    },
    ModifyRouteTableAttributes({ fields, world }) {
      const table = world.network.routeTables.require(fields.string("RouteTableId"), noRouteTable);
      table.name = fields.string("RouteTableName") ?? table.name;
      table.description = fields.string("Description") ?? table.description;
    },
    AssociateRouteTable({ fields, world }) {
      const table = world.network.routeTables.require(fields.string("RouteTableId"), noRouteTable);
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), "InvalidVSwitchId.NotFound");
      if (world.network.routeTables.find((other) => other.vSwitchIds.includes(vSwitch.id)))
        throw new Refusal("OperationDenied.RouteTableAssociated", "The vSwitch already has a custom route table.");
      table.vSwitchIds.push(vSwitch.id);
    },
    UnassociateRouteTable({ fields, world }) {
      const table = world.network.routeTables.require(fields.string("RouteTableId"), noRouteTable);
      table.vSwitchIds = table.vSwitchIds.filter((id) => id !== fields.string("VSwitchId"));
    },
    DeleteRouteTable({ fields, world }) {
      const table = world.network.routeTables.require(fields.string("RouteTableId"), noRouteTable);
      if (table.vSwitchIds.length > 0)
        throw inUse("DependencyViolation.VSwitch", "The route table is associated with a vSwitch.");
      if (entriesOf(world, table.id).length > 0)
        throw inUse("DependencyViolation.RouteEntry", "The route table has entries.");
      world.network.routeTables.remove(table.id);
    },
    CreateRouteEntry({ fields, world }) {
      const tableId = fields.string("RouteTableId") ?? "";
      const destination = fields.string("DestinationCidrBlock") ?? "";
      const nextHopId = fields.string("NextHopId") ?? "";
      if (!allTables(world).some((table) => table.RouteTableId === tableId)) throw noRouteTable(tableId);
      if (entriesOf(world, tableId).some((entry) => entry.destination === destination))
        throw new Refusal("RouterEntryConflict.Duplicated", "The route entry exists already.");
      if (fields.string("NextHopType") === "NatGateway")
        world.network.natGateways.require(nextHopId, "InvalidNextHopId.NotFound");
      const ofVpc = world.network.vpcs.find((vpc) => vpc.routeTableId === tableId);
      if (ofVpc && destination === everywhere && fields.string("NextHopType") === "NatGateway") {
        ofVpc.defaultGateway = nextHopId;
        return { RouteEntryId: defaultEntryOf(ofVpc) };
      }
      const id = world.newId("rte");
      const entry = world.network.routeEntries.put(id, {
        id,
        tableId,
        destination,
        nextHopId,
        nextHopType: fields.string("NextHopType") ?? "Instance",
        name: fields.string("RouteEntryName") ?? "",
        description: fields.string("Description") ?? "",
        status: "Pending",
      });
      world.schedule(world.delays.transition, () => (entry.status = "Available"));
      return { RouteEntryId: id };
    },
    // https://help.aliyun.com/en/vpc/developer-reference/api-vpc-2016-04-28-modifyrouteentry
    ModifyRouteEntry({ fields, world }) {
      const id = fields.string("RouteEntryId") ?? "";
      const gateway = world.network.natGateways.require(fields.string("NewNextHopId"), "InvalidNextHopId.NotFound");
      const vpc = world.network.vpcs.find((one) => one.defaultGateway !== undefined && defaultEntryOf(one) === id);
      if (!vpc) throw notFound("InvalidRouteEntry.NotFound", id);
      if (gateway.vpcId !== vpc.id) throw new Refusal("InvalidNextHopId.NotFound", "The gateway is in another VPC.");
      vpc.defaultGateway = gateway.id;
    },
    DescribeRouteEntryList({ fields, world }) {
      const found = entriesOf(world, fields.string("RouteTableId") ?? "").filter(
        (entry) =>
          matches(fields.string("DestinationCidrBlock"), entry.destination) &&
          matches(fields.string("RouteEntryId"), entry.id) &&
          matches(fields.string("NextHopId"), entry.nextHopId),
      );
      return {
        RouteEntrys: {
          RouteEntry: found.map((entry) => ({
            RouteTableId: entry.tableId,
            RouteEntryId: entry.id,
            RouteEntryName: entry.name,
            Description: entry.description,
            DestinationCidrBlock: entry.destination,
            Type: "Custom",
            Status: entry.status,
            IpVersion: "ipv4",
            NextHops: {
              NextHop: [{ NextHopId: entry.nextHopId, NextHopType: entry.nextHopType, Enabled: 1, Weight: 0 }],
            },
          })),
        },
      };
    },
    DeleteRouteEntry({ fields, world }) {
      const ofVpc = world.network.vpcs.find((vpc) => defaultEntryOf(vpc) === fields.string("RouteEntryId"));
      if (ofVpc?.defaultGateway !== undefined) {
        delete ofVpc.defaultGateway;
        return;
      }
      const entry = world.network.routeEntries.find((one) =>
        fields.has("RouteEntryId")
          ? one.id === fields.string("RouteEntryId")
          : one.tableId === fields.string("RouteTableId") && one.destination === fields.string("DestinationCidrBlock"),
      );
      if (!entry)
        throw notFound(
          "InvalidRouteEntry.NotFound",
          fields.string("RouteEntryId") ?? fields.string("DestinationCidrBlock") ?? "",
        );
      world.network.routeEntries.remove(entry.id);
    },
  },
};

function matches(wanted: string | undefined, is: string): boolean {
  return wanted === undefined || wanted === is;
}

/** The id of the default route in the system table of a VPC. */
function defaultEntryOf(vpc: Vpc): string {
  return `rte-${vpc.routeTableId}`;
}

function entriesOf(world: World, tableId: string): RouteEntry[] {
  const own = world.network.routeEntries.where((entry) => entry.tableId === tableId);
  const vpc = world.network.vpcs.find(({ routeTableId }) => routeTableId === tableId);
  if (vpc?.defaultGateway === undefined) return own;
  const entry: RouteEntry = {
    id: defaultEntryOf(vpc),
    tableId,
    destination: everywhere,
    nextHopId: vpc.defaultGateway,
    nextHopType: "NatGateway",
    name: "",
    description: "",
    status: "Available",
  };
  return [...own, entry];
}

function allTables(world: World) {
  return [
    ...world.network.vpcs.all().map(systemTableResponse),
    ...world.network.routeTables.all().map((table) => customTableResponse(world, table)),
  ];
}

function systemTableResponse(vpc: Vpc) {
  return {
    RouteTableId: vpc.routeTableId,
    RouteTableName: "",
    Description: "",
    CreationTime: vpc.created,
    RoutePropagationEnable: true,
    RouteTableType: "System",
    RouterId: vpc.routerId,
    RouterType: "VRouter",
    VpcId: vpc.id,
    Status: vpc.status,
    ResourceGroupId: vpc.resourceGroupId,
    AssociateType: "VSwitch",
    VSwitchIds: { VSwitchId: [] as string[] },
    Tags: { Tag: [] as Record<string, string>[] },
  };
}

function customTableResponse(world: World, table: RouteTable) {
  return {
    ...systemTableResponse(world.network.vpcs.require(table.vpcId, noRouteTable)),
    RouteTableId: table.id,
    RouteTableName: table.name,
    Description: table.description,
    CreationTime: table.created,
    RouteTableType: "Custom",
    Status: table.status,
    AssociateType: table.associateType,
    VSwitchIds: { VSwitchId: table.vSwitchIds },
    Tags: { Tag: tagsResponse(table.tags) },
  };
}
