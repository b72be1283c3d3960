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
});
