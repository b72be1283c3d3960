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

  it("detaches a server group that is deleted", async () => {
    ({ group } = await createScalingGroup(double, balanced, "green"));
    await callForField(double, "alb", "DeleteServerGroup", { ServerGroupId: balanced.green }, "JobId");
    const { body } = await ess("DescribeScalingGroups", { "ScalingGroupId.1": group });
    assert.doesNotMatch(JSON.stringify(body), new RegExp(balanced.green));
  });
});
