/** Names and descriptions have the lengths and the characters that the documentation of their field allows. */
import assert from "node:assert/strict";
import { callAction, type AlicloudDouble } from "../src";
import { limitProblems } from "../src/models/limits";
import { requireModels, startFast } from "./support";

describe("Alibaba Cloud double: limits of names and descriptions", () => {
  const allowed: [Parameters<typeof limitProblems>[0], string, string, string][] = [
    ["alb", "CreateServerGroup", "ServerGroupName", "shop-1-0-0-a1b2c3"],
    ["ecs", "CreateSecurityGroup", "Description", "The instances' group: 10.0.0.0/8"],
    ["ecs", "CreateLaunchTemplate", "UserData", Buffer.alloc(32_768).toString("base64")],
    ["ess", "CreateScalingGroup", "ScalingGroupName", "1-shop_a.b"],
    ["nas", "CreateAccessGroup", "Description", "shop:dev_1-a"],
    ["ram", "CreateRole", "RoleName", "shop-container.1"],
    ["vpc", "CreateVpc", "VpcName", "1 any"],
    ["vpc", "AllocateEipAddress", "Name", ""],
  ];
  for (const [service, action, field, value] of allowed)
    it(`allow ${field} "${value.slice(0, 30)}" in ${action}`, () => {
      assert.deepEqual(limitProblems(service, action, { [field]: value }), []);
    });

  const refused: [Parameters<typeof limitProblems>[0], string, string, string][] = [
    ["alb", "CreateServerGroup", "ServerGroupName", "1shop"],
    ["alb", "CreateLoadBalancer", "LoadBalancerName", "a".repeat(129)],
    ["alb", "CreateListener", "ListenerDescription", "a:b"],
    ["alb", "CreateRule", "RuleName", "a b"],
    ["ecs", "CreateSecurityGroup", "SecurityGroupName", "http://a"],
    ["ecs", "CreateSecurityGroup", "Description", "a"],
    ["ecs", "AuthorizeSecurityGroup", "Description", "a".repeat(513)],
    ["ecs", "CreateLaunchTemplate", "LaunchTemplateName", "a.b"],
    ["ecs", "CreateImage", "ImageName", "1a"],
    ["ecs", "CreateLaunchTemplate", "UserData", Buffer.alloc(32_770).toString("base64")],
    ["ecs", "RunInstances", "UserData", "#!/bin/sh"],
    ["ess", "CreateScalingGroup", "ScalingGroupName", "a".repeat(65)],
    ["ess", "CreateScheduledTask", "ScheduledTaskName", "-a"],
    ["ess", "CreateScalingRule", "ScalingRuleName", "a:b"],
    ["ess", "CreateLifecycleHook", "LifecycleHookName", "a"],
    ["nas", "CreateAccessGroup", "AccessGroupName", "a.b"],
    ["nas", "CreateAccessGroup", "Description", "project/stack/12ab34cd"],
    ["nas", "CreateFileSystem", "Description", "The share"],
    ["ram", "CreateRole", "RoleName", "a_b"],
    ["ram", "CreatePolicy", "PolicyName", "a.b"],
    ["vpc", "CreateNatGateway", "Name", "1a"],
    ["vpc", "CreateVSwitch", "Description", "https://a"],
    ["vpc", "CreateSnatEntry", "SnatEntryName", "1a"],
  ];
  for (const [service, action, field, value] of refused)
    it(`refuse ${field} "${value.slice(0, 30)}" in ${action}`, () => {
      assert.equal(limitProblems(service, action, { [field]: value }).length, 1);
    });

  describe("in a request", () => {
    let double: AlicloudDouble;
    before(async function () {
      requireModels(this);
      double = await startFast();
    });
    after(() => double.stop());

    it("are refused, and recorded", async () => {
      const { status, body } = await callAction(double, "vpc", "CreateVpc", { VpcName: "http://a" });
      assert.deepEqual([status, body.Code], [400, "InvalidVpcName.Malformed"]);
      assert.deepEqual(
        double.invalidRequests.map(({ path }) => path),
        ["VpcName"],
      );
    });
  });
});
