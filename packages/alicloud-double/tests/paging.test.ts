import assert from "node:assert/strict";
import { callAction, type AlicloudDouble } from "../src";
import { createLoadBalancer, requireModels, startFast, type Balanced } from "./support";

describe("Alibaba Cloud double: pages of lists", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  before(async function () {
    requireModels(this);
    double = await startFast();
    balanced = await createLoadBalancer(double);
  });
  after(async () => {
    await (double as AlicloudDouble | undefined)?.stop();
  });

  it("returns ten items by number where the caller wants no other size", async () => {
    for (let at = 0; at < 12; at++)
      await callAction(double, "ess", "CreateScalingGroup", {
        ScalingGroupName: `group-${at}`,
        MinSize: 0,
        MaxSize: 1,
        "VSwitchIds.1": balanced.vSwitches[0],
      });
    const page = async (fields: Record<string, number>) => {
      const { body } = await callAction(double, "ess", "DescribeScalingGroups", fields);
      const groups = (body["ScalingGroups"] as { ScalingGroup: unknown[] }).ScalingGroup;
      return [groups.length, body["TotalCount"], body["PageNumber"], body["PageSize"]];
    };
    assert.deepEqual(await page({}), [10, 12, 1, 10]);
    assert.deepEqual(await page({ PageNumber: 2 }), [2, 12, 2, 10]);
    assert.deepEqual(await page({ PageSize: 50 }), [12, 12, 1, 50]);
  });

  it("returns 20 items of a load balancer's lists and of tags, and a token for the next ones", async () => {
    for (let at = 0; at < 23; at++)
      await callAction(double, "alb", "CreateServerGroup", {
        ServerGroupName: `group-${at}`,
        VpcId: balanced.vpc,
        "HealthCheckConfig.HealthCheckEnabled": true,
        "Tag.1.Key": "immutable-service",
        "Tag.1.Value": "x",
      });
    for (const [action, list, fields] of [
      ["ListServerGroups", "ServerGroups", { "Tag.1.Key": "immutable-service" }],
      ["ListTagResources", "TagResources", { ResourceType: "servergroup", "Tag.1.Key": "immutable-service" }],
    ] as const) {
      const { body } = await callAction(double, "alb", action, fields);
      assert.equal((body[list] as unknown[]).length, 20);
      const next = await callAction(double, "alb", action, { ...fields, NextToken: String(body["NextToken"]) });
      assert.equal((next.body[list] as unknown[]).length, 3);
      assert.equal(next.body["NextToken"], "");
    }
    assert.deepEqual(double.invalidResponses, []);
  });
});
