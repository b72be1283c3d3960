import { strict as assert } from "node:assert";
import type { AlicloudDouble } from "../src";
import { ask, fast, get, needsModels, rule, scaling, service, until } from "./support";
import { assertDefined } from "../src/values";

describe("behaviour", () => {
  let double: AlicloudDouble;
  let made: Awaited<ReturnType<typeof service>>;
  before(function () {
    needsModels(this);
  });
  beforeEach(async () => {
    double = await fast({ plane: { dnsName: "port" } });
    made = await service(double);
  });
  afterEach(async () => {
    assert.deepEqual(double.misspoken, []);
    await double.stop();
  });
  const healthy = (name: string) => double.plane.targets(name).filter((target) => target.health === "Healthy").length;

  it("refuses to delete what is in use", async () => {
    assert.equal(
      (await ask(double, "vpc", "DeleteVSwitch", { VSwitchId: assertDefined(made.switches[0]) })).body.Code,
      "DependencyViolation",
    );
    assert.equal((await ask(double, "vpc", "DeleteVpc", { VpcId: made.vpc })).body.Code, "DependencyViolation.VSwitch");
    assert.equal(
      (await ask(double, "alb", "DeleteServerGroup", { ServerGroupId: made.blue })).body.Code,
      "ResourceInUse.ServerGroup",
    );
    assert.equal((await ask(double, "alb", "DeleteServerGroup", { ServerGroupId: made.green })).status, 200);
  });

  it("gives a vSwitch a route table of its own, and deletes nothing that is in use", async () => {
    const table = await get(
      double,
      "vpc",
      "CreateRouteTable",
      { VpcId: made.vpc, RouteTableName: "own", AssociateType: "VSwitch" },
      "RouteTableId",
    );
    const route = await get(
      double,
      "vpc",
      "CreateRouteEntry",
      { RouteTableId: table, DestinationCidrBlock: "0.0.0.0/0", NextHopType: "Instance", NextHopId: "i-x" },
      "RouteEntryId",
    );
    await ask(double, "vpc", "AssociateRouteTable", {
      RouteTableId: table,
      VSwitchId: assertDefined(made.switches[0]),
    });
    for (const action of ["DescribeRouteTableList", "DescribeRouteEntryList"])
      assert.match(JSON.stringify((await ask(double, "vpc", action, { RouteTableId: table })).body), new RegExp(table));
    assert.equal(
      (await ask(double, "vpc", "DeleteRouteTable", { RouteTableId: table })).body.Code,
      "DependencyViolation.VSwitch",
    );
    await ask(double, "vpc", "UnassociateRouteTable", {
      RouteTableId: table,
      VSwitchId: assertDefined(made.switches[0]),
    });
    assert.equal(
      (await ask(double, "vpc", "DeleteRouteTable", { RouteTableId: table })).body.Code,
      "DependencyViolation.RouteEntry",
    );
    await ask(double, "vpc", "DeleteRouteEntry", { RouteEntryId: route });
    assert.equal((await ask(double, "vpc", "DeleteRouteTable", { RouteTableId: table })).status, 200);
    assert.equal(double.inventory()["routeTables"], undefined);
  });

  it("takes one rule of a priority, and weights from 0 to 100", async () => {
    const path = { Type: "Path", "PathConfig.Values.1": "/*" };
    assert.equal(
      (await ask(double, "alb", "CreateRule", rule(made.listener, 10, path, { [made.blue]: 100 }))).status,
      200,
    );
    assert.equal(
      (await ask(double, "alb", "CreateRule", rule(made.listener, 10, path, { [made.green]: 100 }))).body.Code,
      "Conflict.Priority",
    );
    assert.equal(
      (await ask(double, "alb", "CreateRule", rule(made.listener, 11, path, { [made.green]: 101 }))).body.Code,
      "IllegalParam.Weight",
    );
    assert.equal(
      (await ask(double, "alb", "CreateRule", rule(made.listener, 12, path, { "sgp-none": 1 }))).body.Code,
      "ResourceNotFound.ServerGroup",
    );
  });

  it("checks the targets of a group only once a rule names it", async () => {
    await scaling(double, made, "green", made.green);
    await until(() => double.plane.targets("green").length === 2);
    await until(() => double.plane.targets("green").every((target) => target.status === "Available"));
    assert.deepEqual(
      double.plane.targets("green").map((target) => target.health),
      ["Unused", "Unused"],
    );
    await ask(
      double,
      "alb",
      "CreateRule",
      rule(
        made.listener,
        10,
        { Type: "Header", "HeaderConfig.Key": "X-Release", "HeaderConfig.Values.1": "green" },
        { [made.green]: 100 },
      ),
    );
    await until(() => healthy("green") === 2);
  });

  it("routes by header, then by weight, and answers on loopback", async () => {
    await scaling(double, made, "blue", made.blue);
    await scaling(double, made, "green", made.green);
    await ask(
      double,
      "alb",
      "CreateRule",
      rule(
        made.listener,
        10,
        { Type: "Header", "HeaderConfig.Key": "X-Release", "HeaderConfig.Values.1": "green" },
        { [made.green]: 100 },
      ),
    );
    await ask(
      double,
      "alb",
      "CreateRule",
      rule(made.listener, 10000, { Type: "Path", "PathConfig.Values.1": "/*" }, { [made.blue]: 100, [made.green]: 0 }),
    );
    await until(() => healthy("blue") === 2 && healthy("green") === 2);
    const name = await get(double, "alb", "GetLoadBalancerAttribute", { LoadBalancerId: made.balancer }, "DNSName");
    const release = async (headers: Record<string, string>) =>
      ((await (await fetch(`http://${name}/healthz`, { headers })).json()) as { release: string }).release;
    assert.equal(await release({}), "blue");
    assert.equal(await release({ "x-release": "green" }), "green");
    double.plane.setHandler("green", ({ target }) => ({ status: 500, body: target.serverId }));
    assert.equal((await fetch(`http://${name}/`, { headers: { "x-release": "green" } })).status, 500);
  });

  it("keeps a scaling group between its limits, in its server group, and takes its instances away with it", async () => {
    const { group, configuration } = await scaling(double, made, "blue", made.blue);
    await until(() => healthy("blue") === 2);
    assert.equal(
      (await ask(double, "ess", "DeleteScalingConfiguration", { ScalingConfigurationId: configuration })).body.Code,
      "IncorrectScalingConfigurationLifecycleState",
    );
    await ask(double, "ess", "ModifyScalingGroup", { ScalingGroupId: group, MinSize: 3 });
    await until(() => healthy("blue") === 3);
    await ask(double, "ess", "ModifyScalingGroup", { ScalingGroupId: group, MinSize: 1, MaxSize: 1 });
    await until(() => double.plane.targets("blue").length === 1);
    assert.equal(
      (await ask(double, "ess", "DeleteScalingGroup", { ScalingGroupId: group })).body.Code,
      "ScalingActivityInProgress",
    );
    await ask(double, "ess", "DeleteScalingGroup", { ScalingGroupId: group, ForceDelete: true });
    await until(() => double.plane.targets("blue").length === 0 && double.inventory()["scalingGroups"] === undefined);
    assert.equal(double.inventory()["configurations"], undefined);
  });

  it("replaces an instance that never becomes healthy, over and over", async () => {
    double.world.fateOf = ({ groupName }) => (groupName === "green" ? "never-healthy" : "serves");
    await scaling(double, made, "green", made.green);
    await ask(
      double,
      "alb",
      "CreateRule",
      rule(made.listener, 10, { Type: "Path", "PathConfig.Values.1": "/*" }, { [made.green]: 100 }),
    );
    await until(() => double.plane.targets("green").length > 0);
    const first = assertDefined(double.plane.targets("green")[0]).serverId;
    await until(
      () =>
        double.plane.targets("green").length > 0 &&
        !double.plane.targets("green").some((target) => target.serverId === first),
    );
    assert.equal(healthy("green"), 0);
    assert.equal(double.plane.ask("svc", { path: "/" }).status >= 502, true);
  });

  it("starts nothing where instances fail to start, and says so in its activities", async () => {
    double.world.fateOf = () => "fails-to-start";
    const { group } = await scaling(double, made, "green", made.green);
    const failed = async () =>
      JSON.stringify((await ask(double, "ess", "DescribeScalingActivities", { ScalingGroupId: group })).body).includes(
        "Failed",
      );
    await until(failed);
    assert.equal(double.inventory()["instances"], undefined);
  });

  it("keeps names that are taken: scaling groups, roles, buckets, log projects", async () => {
    await scaling(double, made, "blue", made.blue);
    assert.equal(
      (await ask(double, "ess", "CreateScalingGroup", { ScalingGroupName: "blue", MinSize: 0, MaxSize: 1 })).body.Code,
      "InvalidScalingGroupName.Duplicate",
    );
    const put = () =>
      fetch(`http://${double.address}/my-bucket`, { method: "PUT", headers: { authorization: "OSS x:y" } });
    assert.equal((await put()).status, 200);
    const again = await put();
    assert.equal(again.status, 409);
    assert.match(await again.text(), /BucketAlreadyExists/);
    const project = () =>
      fetch(`http://${double.address}/`, {
        method: "POST",
        headers: { "x-log-apiversion": "0.6.0" },
        body: JSON.stringify({ projectName: "my-logs", description: "" }),
      });
    assert.equal((await project()).status, 200);
    assert.match(await (await project()).text(), /ProjectAlreadyExist/);
  });

  it("refuses an update of zones that changes none, as the cloud does", async () => {
    const zones = {
      "ZoneMappings.1.VSwitchId": assertDefined(made.switches[0]),
      "ZoneMappings.1.ZoneId": "cn-hangzhou-g",
      "ZoneMappings.2.VSwitchId": assertDefined(made.switches[1]),
      "ZoneMappings.2.ZoneId": "cn-hangzhou-h",
    };
    assert.equal(
      (await ask(double, "alb", "UpdateLoadBalancerZones", { LoadBalancerId: made.balancer, ...zones })).body.Code,
      "OperationDenied.ZoneMappingsNotChanged",
    );
  });
});
