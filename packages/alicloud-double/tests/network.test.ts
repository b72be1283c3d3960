import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createVSwitch, pause, requireModels, startFast } from "./support";

describe("Alibaba Cloud double: ranges and zones of vSwitches", () => {
  let double: AlicloudDouble;
  let vpc: string;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    vpc = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
    await pause(20);
  });
  afterEach(async () => {
    await double.stop();
  });

  const refusal = (zone: string, CidrBlock: string) =>
    codeOf(callAction(double, "vpc", "CreateVSwitch", { VpcId: vpc, ZoneId: zone, CidrBlock }));

  it("refuses a range that overlaps another vSwitch's, is outside the VPC's, or is none", async () => {
    await createVSwitch(double, vpc, "g", "10.0.16.0/20");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.16.0/20"), "InvalidCidrBlock.Overlapped");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.20.0/24"), "InvalidCidrBlock.Overlapped");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.0.0/16"), "InvalidCidrBlock.Overlapped");
    assert.equal(await refusal("cn-hangzhou-h", "10.1.0.0/24"), "InvalidCidrBlock");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.0.0/15"), "InvalidCidrBlock");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.32.1/24"), "InvalidCidrBlock");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.32.0/30"), "InvalidCidrBlock");
    assert.equal(await refusal("cn-hangzhou-h", "10.0.32.0/20"), undefined);
  });

  it("accepts the range of a vSwitch that is gone, and a range in another VPC", async () => {
    const VSwitchId = await createVSwitch(double, vpc, "g", "10.0.16.0/20");
    await callAction(double, "vpc", "DeleteVSwitch", { VSwitchId });
    assert.equal(await refusal("cn-hangzhou-h", "10.0.16.0/20"), undefined);
    vpc = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
    await pause(20);
    assert.equal(await refusal("cn-hangzhou-h", "10.0.16.0/20"), undefined);
  });

  it("refuses a zone of another region or of another form, and one that the region lacks", async () => {
    for (const zone of ["cn-beijing-a", "cn-hangzhou", "cn-hangzhoug", "cn-hangzhou-gg"])
      assert.equal(await refusal(zone, "10.0.16.0/20"), "InvalidZoneId.NotFound");
    double.world.zones = "gh";
    assert.equal(await refusal("cn-hangzhou-i", "10.0.16.0/20"), "InvalidZoneId.NotFound");
    assert.equal(await refusal("cn-hangzhou-g", "10.0.16.0/20"), undefined);
  });

  it("refuses a NAT gateway in a vSwitch that is being created", async () => {
    double.world.delays.transition = 400;
    const VSwitchId = await createVSwitch(double, vpc, "g", "10.0.16.0/20");
    const create = () => callAction(double, "vpc", "CreateNatGateway", { VpcId: vpc, VSwitchId });
    assert.equal(await codeOf(create()), "IncorrectStatus.VSWITCH");
    await pause(450);
    assert.equal((await create()).status, 200);
  });

  /** A NAT gateway in a new vSwitch, with an address. */
  async function gatewayIn(zone: string, block: number) {
    const VSwitchId = await createVSwitch(double, vpc, zone, `10.0.${block}.0/24`);
    await pause(20);
    const gateway = await callForField(double, "vpc", "CreateNatGateway", { VpcId: vpc, VSwitchId }, "NatGatewayId");
    await pause(20);
    const eip = await callForField(double, "vpc", "AllocateEipAddress", {}, "AllocationId");
    await callAction(double, "vpc", "AssociateEipAddress", {
      AllocationId: eip,
      InstanceId: gateway,
      InstanceType: "Nat",
    });
    await pause(20);
    const { snatTableId: SnatTableId } = double.world.network.natGateways.require(gateway, "NotFound");
    const { address: SnatIp } = double.world.network.eips.require(eip, "NotFound");
    return { gateway, translation: { SnatTableId, SnatIp } };
  }

  it("lets a vSwitch reach the internet by the first gateway's route, and a translation of its range", async () => {
    const inside = await createVSwitch(double, vpc, "h", "10.0.16.0/20");
    const { gateway, translation } = await gatewayIn("g", 1);
    assert.ok(!double.reachesInternet(inside));
    const whole = { ...translation, SourceCIDR: "10.0.0.0/17" };
    const SnatEntryId = await callForField(double, "vpc", "CreateSnatEntry", whole, "SnatEntryId");
    await pause(20);
    assert.ok(double.reachesInternet(inside));
    assert.equal(await codeOf(callAction(double, "vpc", "CreateSnatEntry", whole)), "DUPLICATE_FIP_CIDR");
    const { routeTableId: RouteTableId } = double.world.network.vpcs.require(vpc, "NotFound");
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NextHopId: gateway, NextHopType: "NatGateway" };
    assert.equal(await codeOf(callAction(double, "vpc", "CreateRouteEntry", route)), "RouterEntryConflict.Duplicated");
    await callAction(double, "vpc", "DeleteSnatEntry", { ...translation, SnatEntryId });
    assert.ok(!double.reachesInternet(inside));
  });

  it("lets a vSwitch with a table of its own use the route of that table only", async () => {
    const inside = await createVSwitch(double, vpc, "h", "10.0.16.0/20");
    const first = await gatewayIn("g", 1);
    const second = await gatewayIn("h", 2);
    await callAction(double, "vpc", "CreateSnatEntry", { ...first.translation, SourceCIDR: "10.0.0.0/17" });
    const table = { VpcId: vpc, AssociateType: "VSwitch" };
    const RouteTableId = await callForField(double, "vpc", "CreateRouteTable", table, "RouteTableId");
    await callAction(double, "vpc", "AssociateRouteTable", { RouteTableId, VSwitchId: inside });
    assert.ok(!double.reachesInternet(inside));
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NextHopType: "NatGateway" };
    await callAction(double, "vpc", "CreateRouteEntry", { ...route, NextHopId: second.gateway });
    await callAction(double, "vpc", "CreateSnatEntry", { ...second.translation, SourceVSwitchId: inside });
    await pause(20);
    assert.ok(double.reachesInternet(inside));
    // The system table's route stays with the first gateway, and goes with it.
    assert.equal(double.world.network.vpcs.require(vpc, "NotFound").defaultGateway, first.gateway);
    await callAction(double, "vpc", "DeleteNatGateway", { NatGatewayId: first.gateway, Force: true });
    await pause(20);
    // What a forced deletion takes along:
    // https://www.alibabacloud.com/help/en/nat-gateway/developer-reference/api-vpc-2016-04-28-deletenatgateway-natgws
    const { eips, snatEntries } = double.world.network;
    assert.equal(
      eips.find(({ boundTo }) => boundTo === first.gateway),
      undefined,
    );
    assert.equal(
      snatEntries.find(({ tableId }) => tableId === first.translation.SnatTableId),
      undefined,
    );
    assert.equal(double.world.network.vpcs.require(vpc, "NotFound").defaultGateway, undefined);
  });

  it("leads the default route to another gateway, and deletes it", async () => {
    const first = await gatewayIn("g", 1);
    const second = await gatewayIn("h", 2);
    const { routeTableId: RouteTableId } = double.world.network.vpcs.require(vpc, "NotFound");
    const hop = () => double.world.network.vpcs.require(vpc, "NotFound").defaultGateway;
    const RouteEntryId = `rte-${RouteTableId}`;
    const move = { RouteEntryId, NewNextHopId: second.gateway, NewNextHopType: "NatGateway" };
    assert.equal(hop(), first.gateway);
    await callAction(double, "vpc", "ModifyRouteEntry", move);
    assert.equal(hop(), second.gateway);
    await callAction(double, "vpc", "DeleteRouteEntry", { RouteEntryId });
    assert.equal(hop(), undefined);
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NextHopType: "NatGateway" };
    await callAction(double, "vpc", "CreateRouteEntry", { ...route, NextHopId: first.gateway });
    assert.equal(hop(), first.gateway);
  });
});
