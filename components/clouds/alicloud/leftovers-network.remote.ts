import { untilFree } from "./api.remote";
import { restoreDefaultRoutes } from "./leftovers-routes.remote";
import type { Owned } from "./owned.remote";
import { delete as releaseAddress } from "./public-address.remote";

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
  await removeRoutes(owned);
  await restoreDefaultRoutes(owned);
  const unmarked: Readonly<Record<string, readonly string[]>> = await findUnmarked(owned);
  for (const { what, service, type, remove, id: field } of kinds)
    for (const id of await owned.leftovers(service, type, unmarked[type])) {
      if (type === "ROUTETABLE") await leaveRouteTable(owned, id);
      // A NAT gateway goes with its source addresses, and leaves the public addresses that are bound to it.
      const force = type === "NATGATEWAY" ? { Force: true } : {};
      await owned.remove(what, id, () =>
        type === "EIP"
          ? releaseAddress(id, { region: owned.balancing.region, endpoint: owned.endpoint("vpc") })
          : owned.api(service).request(remove, { [field]: id, ...force }),
      );
    }
}

function nested(reply: Reply, [outer, inner]: readonly [string, string]): readonly Reply[] | undefined {
  return (reply[outer] as Readonly<Record<string, readonly Reply[]>> | undefined)?.[inner];
}

/** What gets its mark by a request of its own, and is in a VPC of the stack, or has the mark as its description. */
async function findUnmarked(owned: Owned): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = { VSWITCH: [] as string[], NATGATEWAY: [] as string[], EIP: [] as string[] };
  const isNamed = (name: unknown) => String(name).startsWith(`${owned.names.service}-`);
  for (const VpcId of await owned.vpcs()) {
    const switches = await owned.list<Reply>("vpc", "DescribeVSwitches", (r) => nested(r, ["VSwitches", "VSwitch"]), {
      VpcId,
    });
    found.VSWITCH.push(...switches.filter((one) => isNamed(one.VSwitchName)).map((one) => String(one.VSwitchId)));
    const gateways = await owned.list<Reply>(
      "vpc",
      "DescribeNatGateways",
      (reply) => nested(reply, ["NatGateways", "NatGateway"]),
      { VpcId },
    );
    found.NATGATEWAY.push(...gateways.filter((one) => isNamed(one.Name)).map((one) => String(one.NatGatewayId)));
  }
  const addresses = await owned.list<Reply>("vpc", "DescribeEipAddresses", (reply) =>
    nested(reply, ["EipAddresses", "EipAddress"]),
  );
  // The API writes the name of the field in two ways.
  found.EIP.push(
    ...addresses
      .filter(({ Description, Descritpion }) => owned.owner === (Description ?? Descritpion))
      .map((one) => String(one.AllocationId)),
  );
  return found;
}

/** Removes from route tables that stay the routes and the vSwitches that the state does not know. */
async function removeRoutes(owned: Owned): Promise<void> {
  const vpc = owned.api("vpc");
  for (const RouteTableId of (await owned.ofStack("vpc", "ROUTETABLE")).filter((id) => owned.isRecorded(id))) {
    interface Entry {
      readonly DestinationCidrBlock: string;
      readonly RouteEntryId: string;
      readonly Type?: string;
      readonly NextHops?: {
        readonly NextHop?: readonly { readonly NextHopId?: string; readonly NextHopType?: string }[];
      };
    }
    const { RouteEntrys } = await untilFree(() =>
      vpc.request<{ readonly RouteEntrys?: { readonly RouteEntry?: readonly Entry[] } }>("DescribeRouteEntryList", {
        RouteTableId,
        RouteEntryType: "Custom",
      }),
    );
    for (const { RouteEntryId, NextHops, Type = "Custom" } of RouteEntrys?.RouteEntry ?? []) {
      const { NextHopId = "" } = NextHops?.NextHop?.[0] ?? {};
      const isKnown = owned.recordedIds.some((id) => id.startsWith(`${RouteTableId}:`) && id.endsWith(`:${NextHopId}`));
      if (Type === "Custom" && !isKnown)
        await owned.remove("route", RouteEntryId, () => vpc.request("DeleteRouteEntry", { RouteEntryId }));
    }
    await leaveRouteTable(owned, RouteTableId);
  }
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
      if (InstanceId === NatGatewayId && !owned.isRecorded(AllocationId))
        await owned.remove("bound address", `${AllocationId} of ${NatGatewayId}`, () =>
          owned.api("vpc").request("UnassociateEipAddress", { AllocationId, InstanceId, InstanceType: "Nat" }),
        );
  }
}

/** Removes from a route table the vSwitches that the state does not know: it can be deleted only without any. */
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
  for (const VSwitchId of tables.find((one) => one.RouteTableId === RouteTableId)?.VSwitchIds?.VSwitchId ?? []) {
    if (owned.isRecorded(`${RouteTableId}:${VSwitchId}`)) continue;
    await owned.remove("route table's vSwitch", VSwitchId, () =>
      owned.api("vpc").request("UnassociateRouteTable", { RouteTableId, VSwitchId }),
    );
  }
}
