import type { Owned } from "./owned.remote";

type Reply = Readonly<Record<string, unknown>>;

/** The kinds of resources, in the order of removal: what uses something goes before it. */
const kinds = [
  // The type in a request for tags, what removes one, and that request's field.
  {
    what: "launch template",
    service: "ecs",
    type: "launchtemplate",
    remove: "DeleteLaunchTemplate",
    id: "LaunchTemplateId",
  },
  {
    what: "security group",
    service: "ecs",
    type: "securitygroup",
    remove: "DeleteSecurityGroup",
    id: "SecurityGroupId",
  },
  { what: "NAT gateway", service: "vpc", type: "NATGATEWAY", remove: "DeleteNatGateway", id: "NatGatewayId" },
  { what: "public address", service: "vpc", type: "EIP", remove: "ReleaseEipAddress", id: "AllocationId" },
  { what: "route table", service: "vpc", type: "ROUTETABLE", remove: "DeleteRouteTable", id: "RouteTableId" },
  { what: "vSwitch", service: "vpc", type: "VSWITCH", remove: "DeleteVSwitch", id: "VSwitchId" },
  { what: "VPC", service: "vpc", type: "VPC", remove: "DeleteVpc", id: "VpcId" },
] as const;

/** Removes launch templates, security groups and everything of a network. */
export async function removeNetwork(owned: Owned): Promise<void> {
  await removeTranslations(owned);
  for (const { what, service, type, remove, id: field } of kinds)
    for (const id of await owned.leftovers(service, type)) {
      if (type === "ROUTETABLE") await leaveRouteTable(owned, id);
      // A NAT gateway goes with its source addresses, and leaves the public addresses that are bound to it.
      const force = type === "NATGATEWAY" ? { Force: true } : {};
      await owned.remove(what, id, () => owned.api(service).request(remove, { [field]: id, ...force }));
    }
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
