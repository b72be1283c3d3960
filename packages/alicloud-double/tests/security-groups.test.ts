import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { createLoadBalancer, pause, requireModels, startFast, waitUntil, type Balanced } from "./support";

describe("Alibaba Cloud double: the security groups of instances", () => {
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

  it("start no instance with security groups of another network or kind, that do not exist, or that are too many", async () => {
    const groupOf = (VpcId: string, SecurityGroupType: string) =>
      callForField(double, "ecs", "CreateSecurityGroup", { VpcId, SecurityGroupType }, "SecurityGroupId");
    const elsewhere = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.1.0.0/16" }, "VpcId");
    await pause(20);
    const more = await Promise.all([1, 2, 3, 4, 5].map(() => groupOf(balanced.vpc, "normal")));
    const start = async (name: string, ids: readonly string[]) => {
      const listed = [balanced.securityGroup, ...ids].map((id, index) => [`SecurityGroupIds.${index + 1}`, id]);
      const template = { LaunchTemplateName: name, ImageId: "m-x", InstanceType: "ecs.c7.large" };
      const fields = { ...template, ...Object.fromEntries(listed) } as Record<string, string>;
      const LaunchTemplateId = await callForField(double, "ecs", "CreateLaunchTemplate", fields, "LaunchTemplateId");
      const size = { MinSize: 1, MaxSize: 1, "VSwitchIds.1": balanced.vSwitches[0], LaunchTemplateId };
      const { body } = await callAction(double, "ess", "CreateScalingGroup", { ScalingGroupName: name, ...size });
      const ScalingGroupId = String(body["ScalingGroupId"]);
      await callAction(double, "ess", "EnableScalingGroup", { ScalingGroupId });
      const started = () => double.world.scaling.instances.find(({ groupId }) => groupId === ScalingGroupId);
      let activities = "";
      await waitUntil(async () => {
        const { body } = await callAction(double, "ess", "DescribeScalingActivities", {
          ScalingGroupId,
          StatusCode: "Failed",
        });
        activities = JSON.stringify(body);
        return started() !== undefined || activities.includes("SecurityGroup");
      });
      return started()?.securityGroupIds.length ?? activities;
    };
    assert.match(String(await start("unknown", ["sg-unknown"])), /InvalidSecurityGroupId\.NotFound/);
    const foreign = await groupOf(elsewhere, "normal");
    assert.match(String(await start("foreign", [foreign])), /InvalidSecurityGroupId\.VPCMismatch/);
    const advanced = await groupOf(balanced.vpc, "enterprise");
    assert.match(String(await start("advanced", [advanced])), /InvalidSecurityGroupId\.TypeMismatch/);
    assert.match(String(await start("many", more)), /SecurityGroupInstanceLimitExceed/);
    assert.equal(await start("five", more.slice(1)), 5);
  });
});
