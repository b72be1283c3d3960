import type { Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { RouteEntry, RouteTable, Vpc } from "./records";
import { tagsOut } from "../tagging";

const noTable = (id: string) => notFound("InvalidRouteTableId.NotFound", id);

/** Route tables: the system's, one for each VPC, and those that are made beside it for single vSwitches. */
export const routeTables: Service = {
  name: "vpc",
  actions: {
    CreateRouteTable({ fields, world }) {
      const vpc = world.network.vpcs.must(fields.text("VpcId"), (missing) =>
        notFound("InvalidVpcId.NotFound", missing),
      );
      const id = world.id("vtb");
      const table = world.network.routeTables.put(id, {
        id,
        vpcId: vpc.id,
        name: fields.text("RouteTableName") ?? "",
        description: fields.text("Description") ?? "",
        associateType: fields.text("AssociateType") ?? "VSwitch",
        status: "Pending",
        vSwitchIds: [],
        created: world.stamp(),
        tags: fields.tags(),
      });
      world.later(world.pace.transition, () => (table.status = "Available"));
      return { RouteTableId: id };
    },
    DescribeRouteTableList({ fields, world }) {
      const found = tables(world).filter(
        (table) =>
          matches(fields.text("RouteTableId"), table.RouteTableId) && matches(fields.text("VpcId"), table.VpcId),
      );
      return { RouterTableList: { RouterTableListType: found }, TotalCount: found.length, PageNumber: 1, PageSize: 50 };
    },
    DescribeRouteTables({ fields, world }) {
      const found = tables(world).filter(
        (table) =>
          matches(fields.text("RouteTableId"), table.RouteTableId) && matches(fields.text("VRouterId"), table.RouterId),
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
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 50,
      };
    },
    ModifyRouteTableAttributes({ fields, world }) {
      const table = world.network.routeTables.must(fields.text("RouteTableId"), noTable);
      table.name = fields.text("RouteTableName") ?? table.name;
      table.description = fields.text("Description") ?? table.description;
    },
    AssociateRouteTable({ fields, world }) {
      const table = world.network.routeTables.must(fields.text("RouteTableId"), noTable);
      const vSwitch = world.network.vSwitches.must(fields.text("VSwitchId"), (missing) =>
        notFound("InvalidVSwitchId.NotFound", missing),
      );
      if (world.network.routeTables.find((other) => other.vSwitchIds.includes(vSwitch.id)))
        throw new Refusal("OperationDenied.RouteTableAssociated", "The vSwitch has a route table of its own already.");
      table.vSwitchIds.push(vSwitch.id);
    },
    UnassociateRouteTable({ fields, world }) {
      const table = world.network.routeTables.must(fields.text("RouteTableId"), noTable);
      table.vSwitchIds = table.vSwitchIds.filter((id) => id !== fields.text("VSwitchId"));
    },
    DeleteRouteTable({ fields, world }) {
      const table = world.network.routeTables.must(fields.text("RouteTableId"), noTable);
      if (table.vSwitchIds.length > 0)
        throw inUse("DependencyViolation.VSwitch", "The route table is associated with a vSwitch.");
      if (entriesOf(world, table.id).length > 0)
        throw inUse("DependencyViolation.RouteEntry", "The route table has entries.");
      world.network.routeTables.remove(table.id);
    },
    CreateRouteEntry({ fields, world }) {
      const tableId = fields.text("RouteTableId") ?? "",
        destination = fields.text("DestinationCidrBlock") ?? "",
        nextHopId = fields.text("NextHopId") ?? "";
      if (!tables(world).some((table) => table.RouteTableId === tableId)) throw noTable(tableId);
      if (entriesOf(world, tableId).some((entry) => entry.destination === destination))
        throw new Refusal("RouterEntryConflict.Duplicated", "The route entry exists already.");
      if (fields.text("NextHopType") === "NatGateway")
        world.network.natGateways.must(nextHopId, (missing) => notFound("InvalidNextHopId.NotFound", missing));
      const id = world.id("rte");
      const entry = world.network.routeEntries.put(id, {
        id,
        tableId,
        destination,
        nextHopId,
        nextHopType: fields.text("NextHopType") ?? "Instance",
        name: fields.text("RouteEntryName") ?? "",
        description: fields.text("Description") ?? "",
        status: "Pending",
      });
      world.later(world.pace.transition, () => (entry.status = "Available"));
      return { RouteEntryId: id };
    },
    DescribeRouteEntryList({ fields, world }) {
      const found = entriesOf(world, fields.text("RouteTableId") ?? "").filter(
        (entry) =>
          matches(fields.text("DestinationCidrBlock"), entry.destination) &&
          matches(fields.text("RouteEntryId"), entry.id) &&
          matches(fields.text("NextHopId"), entry.nextHopId),
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
      const entry = world.network.routeEntries.find((one) =>
        fields.has("RouteEntryId")
          ? one.id === fields.text("RouteEntryId")
          : one.tableId === fields.text("RouteTableId") && one.destination === fields.text("DestinationCidrBlock"),
      );
      if (!entry)
        throw notFound(
          "InvalidRouteEntry.NotFound",
          fields.text("RouteEntryId") ?? fields.text("DestinationCidrBlock") ?? "",
        );
      world.network.routeEntries.remove(entry.id);
    },
  },
};

function matches(wanted: string | undefined, is: string): boolean {
  return wanted === undefined || wanted === is;
}

function entriesOf(world: World, tableId: string): RouteEntry[] {
  return world.network.routeEntries.where((entry) => entry.tableId === tableId);
}

function tables(world: World) {
  return [
    ...world.network.vpcs.all().map(systemOut),
    ...world.network.routeTables.all().map((table) => customOut(world, table)),
  ];
}

function systemOut(vpc: Vpc) {
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

function customOut(world: World, table: RouteTable) {
  return {
    ...systemOut(world.network.vpcs.must(table.vpcId, noTable)),
    RouteTableId: table.id,
    RouteTableName: table.name,
    Description: table.description,
    CreationTime: table.created,
    RouteTableType: "Custom",
    Status: table.status,
    AssociateType: table.associateType,
    VSwitchIds: { VSwitchId: table.vSwitchIds },
    Tags: { Tag: tagsOut(table.tags) },
  };
}
