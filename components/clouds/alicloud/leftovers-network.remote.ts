import { until } from "./api.remote";
import type { Owned } from "./owned.remote";

type Reply = Readonly<Record<string, unknown>>;

/** A kind of resource, in the order of removal: what uses something goes before it. */
interface Kind {
  readonly what: string;
  readonly service: "ecs" | "vpc";
  /** The name of the kind in a request for tags. */
  readonly type: string;
  readonly list: string;
  readonly path: readonly [string, string];
  /** The field of an item that has its id. */
  readonly id: string;
  readonly remove: string;
  /** The request's field for the id. */
  readonly field: string;
  readonly more?: Reply;
}

const kinds: readonly Kind[] = [
  {
    what: "launch template",
    service: "ecs",
    type: "launchtemplate",
    list: "DescribeLaunchTemplates",
    path: ["LaunchTemplateSets", "LaunchTemplateSet"],
    id: "LaunchTemplateId",
    remove: "DeleteLaunchTemplate",
    field: "LaunchTemplateId",
  },
  {
    what: "security group",
    service: "ecs",
    type: "securitygroup",
    list: "DescribeSecurityGroups",
    path: ["SecurityGroups", "SecurityGroup"],
    id: "SecurityGroupId",
    remove: "DeleteSecurityGroup",
    field: "SecurityGroupId",
  },
  {
    what: "NAT gateway",
    service: "vpc",
    type: "NATGATEWAY",
    list: "DescribeNatGateways",
    path: ["NatGateways", "NatGateway"],
    id: "NatGatewayId",
    remove: "DeleteNatGateway",
    field: "NatGatewayId",
    // With its source addresses, and without the addresses that are bound to it.
    more: { Force: true },
  },
  {
    what: "public address",
    service: "vpc",
    type: "EIP",
    list: "DescribeEipAddresses",
    path: ["EipAddresses", "EipAddress"],
    id: "AllocationId",
    remove: "ReleaseEipAddress",
    field: "AllocationId",
  },
  {
    what: "route table",
    service: "vpc",
    type: "ROUTETABLE",
    list: "DescribeRouteTableList",
    path: ["RouterTableList", "RouterTableListType"],
    id: "RouteTableId",
    remove: "DeleteRouteTable",
    field: "RouteTableId",
  },
  {
    what: "vSwitch",
    service: "vpc",
    type: "VSWITCH",
    list: "DescribeVSwitches",
    path: ["VSwitches", "VSwitch"],
    id: "VSwitchId",
    remove: "DeleteVSwitch",
    field: "VSwitchId",
  },
  {
    what: "VPC",
    service: "vpc",
    type: "VPC",
    list: "DescribeVpcs",
    path: ["Vpcs", "Vpc"],
    id: "VpcId",
    remove: "DeleteVpc",
    field: "VpcId",
  },
];

/** Removes launch templates, security groups and everything of a network. */
export async function removeNetwork(owned: Owned): Promise<void> {
  await removeTranslations(owned);
  for (const kind of kinds) {
    const { what, service, type, remove, field, more = {} } = kind;
    for (const id of await owned.leftovers(service, type, await idsOf(owned, kind))) {
      if (kind.type === "ROUTETABLE") await leaveRouteTable(owned, id);
      await owned.remove(what, id, () => owned.api(service).request(remove, { [field]: id, ...more }));
      await until(`the ${what} ${id} is still being removed`, async () =>
        (await idsOf(owned, kind)).includes(id) ? undefined : true,
      );
    }
  }
}

async function idsOf(owned: Owned, { service, list, path, id }: Kind): Promise<string[]> {
  const found = await owned.list<Reply>(service, list, (reply) => nested(reply, path));
  return found.map((one) => String(one[id]));
}

function nested(reply: Reply, [outer, inner]: readonly [string, string]): readonly Reply[] | undefined {
  return (reply[outer] as Readonly<Record<string, readonly Reply[]>> | undefined)?.[inner];
}

interface Gateway {
  readonly NatGatewayId: string;
  readonly SnatTableIds?: { readonly SnatTableId?: readonly string[] };
  readonly IpLists?: { readonly IpList?: readonly { readonly AllocationId?: string }[] };
}

/** Removes source addresses, and addresses that are bound, from NAT gateways that stay: each is allowed once. */
async function removeTranslations(owned: Owned): Promise<void> {
  const gateways = await owned.list<Gateway>(
    "vpc",
    "DescribeNatGateways",
    (reply) => nested(reply, ["NatGateways", "NatGateway"]) as readonly Gateway[] | undefined,
  );
  for (const { NatGatewayId, SnatTableIds } of gateways.filter((one) => owned.isRecorded(one.NatGatewayId))) {
    for (const SnatTableId of SnatTableIds?.SnatTableId ?? []) {
      const entries = await owned.list<{ readonly SnatEntryId: string }>(
        "vpc",
        "DescribeSnatTableEntries",
        (reply) =>
          nested(reply, ["SnatTableEntries", "SnatTableEntry"]) as readonly { SnatEntryId: string }[] | undefined,
        { SnatTableId },
      );
      for (const { SnatEntryId } of entries.filter((entry) => !owned.isRecorded(entry.SnatEntryId)))
        await owned.remove("source address", SnatEntryId, () =>
          owned.api("vpc").request("DeleteSnatEntry", { SnatTableId, SnatEntryId }),
        );
    }
    const addresses = await owned.list<{ readonly AllocationId: string; readonly InstanceId?: string }>(
      "vpc",
      "DescribeEipAddresses",
      (reply) =>
        nested(reply, ["EipAddresses", "EipAddress"]) as
          readonly { AllocationId: string; InstanceId?: string }[] | undefined,
    );
    for (const { AllocationId, InstanceId } of addresses)
      if (InstanceId === NatGatewayId && !owned.isRecorded(`${AllocationId}:${NatGatewayId}`))
        await owned.remove("bound address", `${AllocationId} of ${NatGatewayId}`, () =>
          owned.api("vpc").request("UnassociateEipAddress", { AllocationId, InstanceId, InstanceType: "Nat" }),
        );
  }
}

/** A route table can be removed only while no vSwitch uses it. */
async function leaveRouteTable(owned: Owned, RouteTableId: string): Promise<void> {
  interface Table {
    readonly RouteTableId: string;
    readonly VSwitchIds?: { readonly VSwitchId?: readonly string[] };
  }
  const tables = await owned.list<Table>(
    "vpc",
    "DescribeRouteTableList",
    (reply) => nested(reply, ["RouterTableList", "RouterTableListType"]) as readonly Table[] | undefined,
  );
  for (const VSwitchId of tables.find((one) => one.RouteTableId === RouteTableId)?.VSwitchIds?.VSwitchId ?? [])
    await owned.remove("route table's vSwitch", VSwitchId, () =>
      owned.api("vpc").request("UnassociateRouteTable", { RouteTableId, VSwitchId }),
    );
}
