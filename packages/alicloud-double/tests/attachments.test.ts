import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createScalingGroup, pause, requireModels, startBalancedGroup, type Balanced } from "./support";

describe("Alibaba Cloud double: server groups of scaling groups", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  let group: string;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    ({ double, balanced, group } = await startBalancedGroup());
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const ess = (action: string, fields: Record<string, string | number | boolean>) =>
    callAction(double, "ess", action, fields);

  it("refuses another change of a group's attachments while one is in progress", async () => {
    double.world.delays.transition = 500;
    const change = (action: string, force: boolean) =>
      ess(action, {
        ScalingGroupId: group,
        [action === "AttachServerGroups" ? "ForceAttach" : "ForceDetach"]: force,
        "ServerGroup.1.ServerGroupId": balanced.green,
        "ServerGroup.1.Port": 8080,
        "ServerGroup.1.Type": "ALB",
        ...(action === "AttachServerGroups" ? { "ServerGroup.1.Weight": 100 } : {}),
      });
    assert.equal((await change("AttachServerGroups", true)).status, 200);
    assert.equal(await codeOf(change("DetachServerGroups", true)), "InvalidOperation.Conflict");
    await pause(600);
    assert.equal((await change("DetachServerGroups", true)).status, 200);
    await pause(600);
    double.world.delays.instance = 500;
    await ess("ModifyScalingGroup", { ScalingGroupId: group, DesiredCapacity: 3 });
    assert.equal(await codeOf(change("AttachServerGroups", true)), "ScalingActivityInProgress");
    await pause(600);
    assert.equal((await change("AttachServerGroups", true)).status, 200);
    await ess("DeleteScalingGroup", { ScalingGroupId: group, ForceDelete: true });
    assert.equal(await codeOf(change("DetachServerGroups", true)), "IncorrectScalingGroupStatus");
  });

  const describeState = async () => {
    const { body } = await ess("DescribeScalingGroups", { "ScalingGroupId.1": group });
    return /"LifecycleState":"(\w+)"/.exec(JSON.stringify(body))?.[1];
  };

  it("refuses what moves the instances of a disabled group, which changes its settings only", async () => {
    await ess("DisableScalingGroup", { ScalingGroupId: group });
    assert.equal(await describeState(), "Inactive");
    const server = { "ServerGroup.1.ServerGroupId": balanced.green, "ServerGroup.1.Port": 8080 };
    const fields = { ScalingGroupId: group, ...server, "ServerGroup.1.Type": "ALB" };
    const attach = (ForceAttach: boolean) =>
      ess("AttachServerGroups", { ...fields, "ServerGroup.1.Weight": 100, ForceAttach });
    const detach = (ForceDetach: boolean) => ess("DetachServerGroups", { ...fields, ForceDetach });
    assert.equal(await codeOf(attach(true)), "IncorrectScalingGroupStatus");
    assert.equal(await codeOf(attach(false)), undefined);
    assert.equal(await codeOf(detach(true)), "IncorrectScalingGroupStatus");
    assert.equal(await codeOf(detach(false)), undefined);
    assert.equal(await codeOf(ess("DisableScalingGroup", { ScalingGroupId: group })), "IncorrectScalingGroupStatus");
    assert.equal(await codeOf(ess("ModifyScalingGroup", { ScalingGroupId: group, MaxSize: 5 })), undefined);
    await ess("EnableScalingGroup", { ScalingGroupId: group });
    assert.equal(await codeOf(attach(true)), undefined);
  });

  it("removes no instance of a group that is disabled, busy, or at its minimum", async () => {
    const [first] = double.world.scaling.instances.all();
    const remove = (id = first?.id ?? "") => ess("RemoveInstances", { ScalingGroupId: group, "InstanceId.1": id });
    await pause(50);
    assert.equal(await codeOf(remove()), "IncorrectCapacity.MinSize");
    assert.equal(await codeOf(remove("i-none")), "InvalidInstanceId.NotFound");
    await ess("ModifyScalingGroup", { ScalingGroupId: group, MinSize: 0 });
    await ess("DisableScalingGroup", { ScalingGroupId: group });
    assert.equal(await codeOf(remove()), "IncorrectScalingGroupStatus");
    await ess("EnableScalingGroup", { ScalingGroupId: group });
    double.world.delays.instance = 300;
    await ess("ModifyScalingGroup", { ScalingGroupId: group, DesiredCapacity: 3 });
    assert.equal(await codeOf(remove()), "ScalingActivityInProgress");
    await pause(400);
    assert.equal(await codeOf(remove()), undefined);
  });

  it("executes no scaling rule of a group that is disabled or busy", async () => {
    const rule = { ScalingGroupId: group, AdjustmentType: "QuantityChangeInCapacity", AdjustmentValue: 1 };
    const ScalingRuleAri = await callForField(double, "ess", "CreateScalingRule", rule, "ScalingRuleAri");
    const execute = () => codeOf(ess("ExecuteScalingRule", { ScalingRuleAri }));
    await pause(50);
    await ess("DisableScalingGroup", { ScalingGroupId: group });
    assert.equal(await execute(), "IncorrectScalingGroupStatus");
    await ess("EnableScalingGroup", { ScalingGroupId: group });
    double.world.delays.instance = 500;
    assert.equal(await execute(), undefined);
    assert.equal(await execute(), "ScalingActivityInProgress");
  });

  it("detaches a server group that is deleted", async () => {
    ({ group } = await createScalingGroup(double, balanced, "green"));
    await callForField(double, "alb", "DeleteServerGroup", { ServerGroupId: balanced.green }, "JobId");
    const { body } = await ess("DescribeScalingGroups", { "ScalingGroupId.1": group });
    assert.doesNotMatch(JSON.stringify(body), new RegExp(balanced.green));
  });
});
