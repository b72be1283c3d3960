import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, pause, requireModels, startFast } from "./support";

describe("Alibaba Cloud double: requests", () => {
  let double: AlicloudDouble;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
  });
  afterEach(() => double.stop());

  it("refuses an unknown action and an unknown API version", async () => {
    assert.equal(await codeOf(callAction(double, "vpc", "CreateVpk")), "InvalidAction.NotFound");
    assert.equal(double.invalidRequests[0]?.detail, "no such action");
    assert.equal((await fetch(`http://${double.address}/?Action=X&Version=1999-01-01&AccessKeyId=double`)).status, 400);
  });

  it("refuses a request without a required field or with a field of the wrong type", async () => {
    assert.equal(await codeOf(callAction(double, "vpc", "DeleteVpc")), "MissingVpcId");
    assert.equal(await codeOf(callAction(double, "alb", "CreateRule", { Priority: "first" })), "InvalidPriority");
    const create = (fields: Record<string, string | number>) => callAction(double, "ess", "CreateScalingGroup", fields);
    assert.equal(await codeOf(create({ MinSize: "two", MaxSize: 3 })), "InvalidMinSize");
    assert.equal(await codeOf(create({ MinSize: 1 })), "MissingMaxSize");
  });

  it("records an unknown or wrongly flattened field, and suggests the field that is probably meant", async () => {
    await callAction(double, "vpc", "CreateVpc", { "Tags.1.Key": "a", "Tag.1.Key": "b" });
    await callAction(double, "ess", "CreateScalingGroup", {
      MinSize: 0,
      MaxSize: 1,
      "RemovalPolicies.1": "OldestInstance",
      "ServerGroups.1.Port": 1,
    });
    assert.deepEqual(
      double.invalidRequests.map(({ path, detail }) => `${path}: ${detail}`),
      [
        "Tags: unknown field; did you mean Tag?",
        "RemovalPolicies: unknown field; did you mean RemovalPolicy?",
        "ServerGroups: unknown field; did you mean ServerGroup?",
      ],
    );
  });

  it("refuses an unknown field if it is strict", async () => {
    const strict = await startFast({ strict: true });
    assert.equal(await codeOf(callAction(strict, "vpc", "CreateVpc", { Colour: "red" })), "UnsupportedParameter");
    await strict.stop();
  });

  it("performs a request once that is repeated with the same client token", async () => {
    const create = () => callForField(double, "vpc", "CreateVpc", { ClientToken: "t" }, "VpcId");
    assert.equal(await create(), await create());
    assert.equal(
      await codeOf(callAction(double, "vpc", "CreateVpc", { ClientToken: "t", VpcName: "other" })),
      "IdempotentParameterMismatch",
    );
    assert.deepEqual(double.inventory(), { vpcs: 1 });
  });

  it("throttles, refuses and slows calls, and drops them before or after the action", async () => {
    double.faults.add({ service: "vpc", action: "CreateVpc", kind: "throttle", times: 1 });
    assert.equal(await codeOf(callAction(double, "vpc", "CreateVpc")), "Throttling");
    double.faults.add({ action: /^Create/, kind: "unavailable", times: 1 });
    assert.equal((await callAction(double, "vpc", "CreateVpc")).status, 503);
    double.faults.add({ kind: "lose", times: 1 });
    await assert.rejects(callAction(double, "vpc", "CreateVpc", { ClientToken: "l" }));
    assert.equal(double.calls.at(-1)?.lost, true);
    await callForField(double, "vpc", "CreateVpc", { ClientToken: "l" }, "VpcId");
    assert.deepEqual(double.inventory(), { vpcs: 1 });
    for (const kind of ["drop", "hang"] as const) {
      double.faults.add({ kind, times: 1 });
      await assert.rejects(
        fetch(`http://${double.address}/?Action=CreateVpc&Version=2016-04-28&RegionId=cn-hangzhou&AccessKeyId=double`, {
          signal: AbortSignal.timeout(200),
        }),
      );
      assert.equal(double.calls.at(-1)?.result, "dropped");
    }
    assert.deepEqual(double.inventory(), { vpcs: 1 });
    double.faults.add({ kind: "slow", milliseconds: 60, times: 1 });
    await callAction(double, "sts", "GetCallerIdentity");
    assert.ok((double.calls.at(-1)?.milliseconds ?? 0) >= 55);
  });

  it("reports the intermediate status of a resource until its transition is over", async () => {
    double.world.delays.transition = 300;
    const vpc = await callForField(double, "vpc", "CreateVpc", {}, "VpcId");
    const status = () => callForField(double, "vpc", "DescribeVpcAttribute", { VpcId: vpc }, "Status");
    assert.equal(await status(), "Pending");
    await pause(400);
    assert.equal(await status(), "Available");
    assert.match(vpc, /^vpc-bp1[a-z0-9]{17}$/);
  });
});
