import { strict as assert } from "node:assert";
import type { AlicloudDouble } from "../src";
import { ask, fast, get, needsModels, pause } from "./support";
import { assertDefined } from "../src/values";

describe("requests", () => {
  let double: AlicloudDouble;
  before(function () {
    needsModels(this);
  });
  beforeEach(async () => void (double = await fast()));
  afterEach(() => double.stop());

  it("are refused when the action or the version is unknown", async () => {
    assert.equal((await ask(double, "vpc", "CreateVpk")).body.Code, "InvalidAction.NotFound");
    assert.equal(double.misunderstood[0]?.detail, "no such action");
    assert.equal((await fetch(`http://${double.address}/?Action=X&Version=1999-01-01&AccessKeyId=x`)).status, 400);
  });

  it("are refused when a required field is missing or a type is wrong", async () => {
    assert.equal((await ask(double, "vpc", "DeleteVpc")).body.Code, "MissingVpcId");
    assert.equal((await ask(double, "alb", "CreateRule", { Priority: "first" })).body.Code, "InvalidPriority");
    assert.equal(
      (await ask(double, "ess", "CreateScalingGroup", { MinSize: "two", MaxSize: 3 })).body.Code,
      "InvalidMinSize",
    );
    assert.equal((await ask(double, "ess", "CreateScalingGroup", { MinSize: 1 })).body.Code, "MissingMaxSize");
  });

  it("are recorded when a field is unknown or flattened wrongly, and the nearest name is told", async () => {
    await ask(double, "vpc", "CreateVpc", { "Tags.1.Key": "a", "Tag.1.Key": "b" });
    await ask(double, "ess", "CreateScalingGroup", {
      MinSize: 0,
      MaxSize: 1,
      "RemovalPolicies.1": "OldestInstance",
      "ServerGroups.1.Port": 1,
    });
    assert.deepEqual(
      double.misunderstood.map((one) => `${one.path}: ${one.detail}`),
      [
        "Tags: unknown field; did you mean Tag?",
        "RemovalPolicies: unknown field; did you mean RemovalPolicy?",
        "ServerGroups: unknown field; did you mean ServerGroup?",
      ],
    );
  });

  it("with an unknown field are refused by a strict double", async () => {
    const strict = await fast({ strict: true });
    assert.equal((await ask(strict, "vpc", "CreateVpc", { Colour: "red" })).body.Code, "UnsupportedParameter");
    await strict.stop();
  });

  it("sent twice under one client token are done once", async () => {
    const first = await get(double, "vpc", "CreateVpc", { ClientToken: "t" }, "VpcId");
    assert.equal(await get(double, "vpc", "CreateVpc", { ClientToken: "t" }, "VpcId"), first);
    assert.equal(
      (await ask(double, "vpc", "CreateVpc", { ClientToken: "t", VpcName: "other" })).body.Code,
      "IdempotentParameterMismatch",
    );
    assert.deepEqual(double.inventory(), { vpcs: 1 });
  });

  it("can be throttled, refused, slowed, and lost before or after they were done", async () => {
    double.faults.add({ service: "vpc", action: "CreateVpc", kind: "throttle", times: 1 });
    assert.equal((await ask(double, "vpc", "CreateVpc")).body.Code, "Throttling");
    double.faults.add({ action: /^Create/, kind: "unavailable", times: 1 });
    assert.equal((await ask(double, "vpc", "CreateVpc")).status, 503);
    double.faults.add({ kind: "lose", times: 1 });
    await assert.rejects(ask(double, "vpc", "CreateVpc", { ClientToken: "l" }));
    assert.equal(double.calls.at(-1)?.lost, true);
    await get(double, "vpc", "CreateVpc", { ClientToken: "l" }, "VpcId");
    assert.deepEqual(double.inventory(), { vpcs: 1 });
    for (const kind of ["drop", "hang"] as const) {
      double.faults.add({ kind, times: 1 });
      await assert.rejects(
        fetch(`http://${double.address}/?Action=CreateVpc&Version=2016-04-28&RegionId=cn-hangzhou&AccessKeyId=x`, {
          signal: AbortSignal.timeout(200),
        }),
      );
      assert.equal(double.calls.at(-1)?.result, "dropped");
    }
    assert.deepEqual(double.inventory(), { vpcs: 1 });
    double.faults.add({ kind: "slow", milliseconds: 60, times: 1 });
    await ask(double, "sts", "GetCallerIdentity");
    assert.ok(assertDefined(double.calls.at(-1)).milliseconds >= 55);
  });

  it("are answered with the statuses of things that take their time", async () => {
    double.world.delays.transition = 300;
    const vpc = await get(double, "vpc", "CreateVpc", {}, "VpcId");
    assert.equal(await get(double, "vpc", "DescribeVpcAttribute", { VpcId: vpc }, "Status"), "Pending");
    await pause(400);
    assert.equal(await get(double, "vpc", "DescribeVpcAttribute", { VpcId: vpc }, "Status"), "Available");
    assert.match(vpc, /^vpc-bp1[a-z0-9]{17}$/);
  });
});
