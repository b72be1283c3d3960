/** What some zones do not offer: sizes of container groups, and categories of disks. */
import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { createLoadBalancer, requireModels, startFast, waitUntil, type Balanced } from "./support";

describe("Alibaba Cloud double: what a zone does not offer", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    balanced = await createLoadBalancer(double);
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  type Fields = Record<string, string | number | boolean>;
  const ess = (action: string, fields: Fields) => callAction(double, "ess", action, fields);
  const zonesOf = (ScalingGroupId: string) =>
    double.world.scaling.instances.where(({ groupId }) => groupId === ScalingGroupId).map(({ zoneId }) => zoneId);
  const failures = async (ScalingGroupId: string) => {
    const { body } = await ess("DescribeScalingActivities", { ScalingGroupId, StatusCode: "Failed" });
    const { ScalingActivity } = body["ScalingActivities"] as { ScalingActivity: { StatusMessage: string }[] };
    return ScalingActivity.map(({ StatusMessage }) => StatusMessage);
  };

  /** Starts two instances of a group in the zones g and h; returns the group's id. */
  async function start(GroupType: "ECI" | "ECS", configuration: Fields): Promise<string> {
    const [first, second] = balanced.vSwitches;
    const group = { GroupType, MinSize: 2, MaxSize: 2, "VSwitchIds.1": first, "VSwitchIds.2": second };
    const ScalingGroupId = await callForField(double, "ess", "CreateScalingGroup", group, "ScalingGroupId");
    const action = `Create${GroupType === "ECI" ? "Eci" : ""}ScalingConfiguration`;
    const fields = { ScalingGroupId, SecurityGroupId: balanced.securityGroup, ...configuration };
    const ActiveScalingConfigurationId = await callForField(double, "ess", action, fields, "ScalingConfigurationId");
    await ess("EnableScalingGroup", { ScalingGroupId, ActiveScalingConfigurationId });
    return ScalingGroupId;
  }

  const containers = (size: Fields) =>
    start("ECI", {
      "Container.1.Name": "app",
      "Container.1.Image": `registry-vpc.cn-hangzhou.aliyuncs.com/team/app@sha256:${"a".repeat(64)}`,
      ...size,
    });

  it("starts container groups in the other zones where one has no more of their size", async () => {
    double.world.machines.lacksContainers = ({ cpu, memoryGiB }, zone) =>
      cpu === 4 && memoryGiB === 8 && zone === "cn-hangzhou-g";
    assert.deepEqual(zonesOf(await containers({ Cpu: 4, Memory: 8 })), ["cn-hangzhou-h", "cn-hangzhou-h"]);
    assert.deepEqual(zonesOf(await containers({ Cpu: 2, Memory: 4 })), ["cn-hangzhou-g", "cn-hangzhou-h"]);
  });

  it("starts no container group of a size that no zone has, and says so in the group's activities", async () => {
    double.world.machines.lacksContainers = ({ cpu }) => cpu === 4;
    const group = await containers({ Cpu: 4, Memory: 8 });
    await waitUntil(async () => (await failures(group)).length === 2);
    assert.match((await failures(group)).join(), /NoStock: Create ECI failed/);
    assert.deepEqual(zonesOf(group), []);
  });

  it("starts no container group of a type that is out of stock, with the same reason", async () => {
    double.world.machines.soldOut = (type) => type === "ecs.c8y.large";
    const group = await containers({ "InstanceType.1": "ecs.c8y.large" });
    await waitUntil(async () => (await failures(group)).length === 2);
    assert.match((await failures(group)).join(), /NoStock: Create ECI failed/);
  });

  it("launches no machine in a zone without disks of its category, and sells it only in the others", async () => {
    double.world.machines.lacksDisks = (category, zone) => category === "cloud_essd" && zone === "cn-hangzhou-g";
    const machine = { ImageId: "m-x", InstanceType: "ecs.c7.large", "SystemDisk.Category": "cloud_essd" };
    const group = await start("ECS", machine);
    await waitUntil(async () => (await failures(group)).length === 2);
    assert.match((await failures(group)).join(), /InvalidSystemDiskCategory\.ValueNotSupported/);
    assert.deepEqual(zonesOf(group), []);
    const sold = async (SystemDiskCategory: string) => {
      const { body } = await callAction(double, "ecs", "DescribeAvailableResource", {
        ...{ DestinationResource: "InstanceType", InstanceType: "ecs.c7.large", SystemDiskCategory },
      });
      return [...JSON.stringify(body).matchAll(/"ZoneId":"([^"]*)"/g)].map(([, zone]) => zone);
    };
    assert.deepEqual(await sold("cloud_essd"), ["cn-hangzhou-h"]);
    assert.deepEqual(await sold("cloud_auto"), ["cn-hangzhou-g", "cn-hangzhou-h"]);
    assert.deepEqual(await sold("cloud_ssd"), []);
  });

  it("runs no instance whose type or zone has no disks of a category", async () => {
    double.world.machines.lacksDisks = (category, zone) => category === "cloud_auto" && zone === "cn-hangzhou-g";
    const run = async (InstanceType: string, disks: Fields, at: 0 | 1 = 0) => {
      const { vSwitches, securityGroup: SecurityGroupId } = balanced;
      const image = { ImageId: "debian_12_x64_20G_alibase_20250101.vhd" };
      const place = { VSwitchId: vSwitches[at], SecurityGroupId };
      const { body } = await callAction(double, "ecs", "RunInstances", { ...image, ...place, InstanceType, ...disks });
      return body.Code;
    };
    const system = (category: string) => ({ "SystemDisk.Category": category });
    const refused = "InvalidSystemDiskCategory.ValueNotSupported";
    assert.equal(await run("ecs.c7.large", system("cloud_ssd")), refused);
    assert.equal(await run("ecs.g8y.large", system("cloud_essd_entry")), refused);
    assert.equal(await run("ecs.c7.large", system("cloud_regional_disk_auto")), refused, "for data only");
    assert.equal(await run("ecs.c7.large", system("cloud_auto")), refused, "in this zone");
    assert.equal(await run("ecs.c7.large", system("cloud_auto"), 1), undefined);
    assert.equal(await run("ecs.e-c1m1.large", system("cloud_essd_entry")), undefined);
    assert.equal(await run("ecs.c6.large", system("cloud_ssd")), undefined);
    assert.equal(await run("ecs.c7.large", system("cloud_essd")), undefined);
    const data = { ...system("cloud_essd"), "DataDisk.1.Category": "cloud_ssd" };
    assert.equal(await run("ecs.c7.large", data), "InvalidDataDiskCategory.NotSupported");
  });
});
