import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import {
  codeOf,
  createLoadBalancer,
  createScalingGroup,
  pause,
  requireModels,
  ruleFields,
  startFast,
  waitUntil,
  zoneMappings,
  type Balanced,
} from "./support";

describe("Alibaba Cloud double: networks, load balancers, scaling groups, storage", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast({ plane: { dnsName: "port" } });
    balanced = await createLoadBalancer(double);
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidResponses, []);
    await double.stop();
  });

  const anyPath = { Type: "Path", "PathConfig.Values.1": "/*" };
  const greenHeader = { Type: "Header", "HeaderConfig.Key": "X-Release", "HeaderConfig.Values.1": "green" };
  const createRule = (priority: number, condition: Record<string, string>, weights: Record<string, number>) =>
    callAction(double, "alb", "CreateRule", ruleFields(balanced.listener, priority, condition, weights));
  const targets = (name: string) => double.plane.targets(name);
  const healthy = (name: string) => targets(name).filter(({ health }) => health === "Healthy").length;

  it("refuses to delete a resource that is in use", async () => {
    const [VSwitchId] = balanced.vSwitches;
    const { vpc: VpcId, blue, green } = balanced;
    assert.equal(await codeOf(callAction(double, "vpc", "DeleteVSwitch", { VSwitchId })), "DependencyViolation");
    assert.equal(await codeOf(callAction(double, "vpc", "DeleteVpc", { VpcId })), "DependencyViolation.VSwitch");
    const deleteServerGroup = (id: string) => callAction(double, "alb", "DeleteServerGroup", { ServerGroupId: id });
    assert.equal(await codeOf(deleteServerGroup(blue)), "ResourceInUse.ServerGroup");
    assert.equal((await deleteServerGroup(green)).status, 200);
  });

  it("associates a custom route table with a vSwitch, and refuses to delete the table while it is in use", async () => {
    const [VSwitchId] = balanced.vSwitches;
    const RouteTableId = await callForField(
      double,
      "vpc",
      "CreateRouteTable",
      { VpcId: balanced.vpc, RouteTableName: "own", AssociateType: "VSwitch" },
      "RouteTableId",
    );
    const RouteEntryId = await callForField(
      double,
      "vpc",
      "CreateRouteEntry",
      { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NextHopType: "Instance", NextHopId: "i-x" },
      "RouteEntryId",
    );
    const deleteTable = () => callAction(double, "vpc", "DeleteRouteTable", { RouteTableId });
    await callAction(double, "vpc", "AssociateRouteTable", { RouteTableId, VSwitchId });
    for (const action of ["DescribeRouteTableList", "DescribeRouteEntryList"]) {
      const { body } = await callAction(double, "vpc", action, { RouteTableId });
      assert.match(JSON.stringify(body), new RegExp(RouteTableId));
    }
    assert.equal(await codeOf(deleteTable()), "DependencyViolation.VSwitch");
    await callAction(double, "vpc", "UnassociateRouteTable", { RouteTableId, VSwitchId });
    assert.equal(await codeOf(deleteTable()), "DependencyViolation.RouteEntry");
    await callAction(double, "vpc", "DeleteRouteEntry", { RouteEntryId });
    assert.equal((await deleteTable()).status, 200);
    assert.equal(double.inventory()["routeTables"], undefined);
  });

  it("refuses a rule whose priority is taken, whose weight is over 100, or whose server group is unknown", async () => {
    assert.equal((await createRule(10, anyPath, { [balanced.blue]: 100 })).status, 200);
    await waitUntil(() => double.world.balancing.rules.all().every(({ status }) => status === "Available"));
    assert.equal(await codeOf(createRule(10, anyPath, { [balanced.green]: 100 })), "Conflict.Priority");
    assert.equal(await codeOf(createRule(11, anyPath, { [balanced.green]: 101 })), "IllegalParam.Weight");
    assert.equal(await codeOf(createRule(12, anyPath, { "sgp-none": 1 })), "ResourceNotFound.ServerGroup");
  });

  it("checks the health of a server group's targets only once a rule refers to the group", async () => {
    await createScalingGroup(double, balanced, "green");
    await waitUntil(() => targets("green").length === 2);
    await waitUntil(() => targets("green").every(({ status }) => status === "Available"));
    assert.deepEqual(
      targets("green").map(({ health }) => health),
      ["Unused", "Unused"],
    );
    await createRule(10, greenHeader, { [balanced.green]: 100 });
    await waitUntil(() => healthy("green") === 2);
  });

  it("routes by header, then by weight, and serves HTTP on loopback", async () => {
    await createScalingGroup(double, balanced, "blue");
    await createScalingGroup(double, balanced, "green");
    await createRule(10, greenHeader, { [balanced.green]: 100 });
    await waitUntil(() => double.world.balancing.rules.all().every(({ status }) => status === "Available"));
    await createRule(10000, anyPath, { [balanced.blue]: 100, [balanced.green]: 0 });
    await waitUntil(() => healthy("blue") === 2 && healthy("green") === 2);
    const host = await callForField(
      double,
      "alb",
      "GetLoadBalancerAttribute",
      { LoadBalancerId: balanced.loadBalancer },
      "DNSName",
    );
    const releaseFor = async (headers: Record<string, string>) => {
      const response = await fetch(`http://${host}/healthz`, { headers });
      return ((await response.json()) as { release: string }).release;
    };
    assert.equal(await releaseFor({}), "blue");
    assert.equal(await releaseFor({ "x-release": "green" }), "green");
    double.plane.setHandler("green", ({ target }) => ({ status: 500, body: target.serverId }));
    assert.equal((await fetch(`http://${host}/`, { headers: { "x-release": "green" } })).status, 500);
  });

  it("keeps a scaling group within its limits and in its server group, and deletes its instances with it", async () => {
    const { group, configuration } = await createScalingGroup(double, balanced, "blue");
    const modify = (fields: Record<string, number>) =>
      callAction(double, "ess", "ModifyScalingGroup", { ScalingGroupId: group, ...fields });
    await waitUntil(() => healthy("blue") === 2);
    assert.equal(
      await codeOf(callAction(double, "ess", "DeleteScalingConfiguration", { ScalingConfigurationId: configuration })),
      "IncorrectScalingConfigurationLifecycleState",
    );
    await modify({ MinSize: 3 });
    await waitUntil(() => healthy("blue") === 3);
    await modify({ MinSize: 1, MaxSize: 1 });
    await waitUntil(() => targets("blue").length === 1);
    assert.equal(
      await codeOf(callAction(double, "ess", "DeleteScalingGroup", { ScalingGroupId: group })),
      "ScalingActivityInProgress",
    );
    await callAction(double, "ess", "DeleteScalingGroup", { ScalingGroupId: group, ForceDelete: true });
    await waitUntil(() => targets("blue").length === 0 && double.inventory()["scalingGroups"] === undefined);
    assert.equal(double.inventory()["configurations"], undefined);
  });

  it("replaces an instance that never becomes healthy, again and again", async () => {
    double.world.outcomeOf = ({ groupName }) => (groupName === "green" ? "never-healthy" : "serves");
    await createScalingGroup(double, balanced, "green");
    await createRule(10, anyPath, { [balanced.green]: 100 });
    await waitUntil(() => targets("green").length > 0);
    const first = targets("green")[0]?.serverId;
    await waitUntil(() => targets("green").length > 0 && !targets("green").some(({ serverId }) => serverId === first));
    assert.equal(healthy("green"), 0);
    assert.ok(double.plane.send("svc", { path: "/" }).status >= 502);
  });

  const slowStart = async (hold: number) => {
    await double.stop();
    double = await startFast({ delays: { start: 100, hookSecond: 5 }, plane: { dnsName: "port" } });
    balanced = await createLoadBalancer(double);
    await createRule(10, anyPath, { [balanced.blue]: 100 });
    const { group } = await createScalingGroup(double, balanced, "blue", { enabled: false });
    const hook = { ScalingGroupId: group, LifecycleTransition: "SCALE_OUT", HeartbeatTimeout: hold };
    if (hold > 0) await callAction(double, "ess", "CreateLifecycleHook", hook);
    const started = callAction(double, "ess", "EnableScalingGroup", { ScalingGroupId: group });
    assert.equal((await started).status, 200);
    await waitUntil(() => targets("blue").length === 2);
    const first = targets("blue").map(({ serverId }) => serverId);
    await pause(250);
    return { first, last: targets("blue").map(({ serverId }) => serverId) };
  };

  it("replaces an instance that is unhealthy while its app still starts", async () => {
    const { first, last } = await slowStart(0);
    assert.ok(last.every((id) => !first.includes(id)));
  });

  it("replaces no instance that a hook has held back until its app had started", async () => {
    const { first, last } = await slowStart(30);
    assert.deepEqual(last, first);
    assert.equal(healthy("blue"), 2);
  });

  it("records a failed activity for an instance that fails to start", async () => {
    double.world.outcomeOf = () => "fails-to-start";
    const { group } = await createScalingGroup(double, balanced, "green");
    await waitUntil(async () => {
      const { body } = await callAction(double, "ess", "DescribeScalingActivities", { ScalingGroupId: group });
      return JSON.stringify(body).includes("Failed");
    });
    assert.equal(double.inventory()["instances"], undefined);
  });

  it("refuses a scaling group, a bucket and a log project whose name is taken", async () => {
    await createScalingGroup(double, balanced, "blue");
    assert.equal(
      await codeOf(
        callAction(double, "ess", "CreateScalingGroup", { ScalingGroupName: "blue", MinSize: 0, MaxSize: 1 }),
      ),
      "InvalidScalingGroupName.Duplicate",
    );
    const createBucket = () =>
      fetch(`http://${double.address}/my-bucket`, { method: "PUT", headers: { authorization: "OSS double:y" } });
    assert.equal((await createBucket()).status, 200);
    const repeated = await createBucket();
    assert.equal(repeated.status, 409);
    assert.match(await repeated.text(), /BucketAlreadyExists/);
    const createProject = () =>
      fetch(`http://${double.address}/`, {
        method: "POST",
        headers: { "x-log-apiversion": "0.6.0" },
        body: JSON.stringify({ projectName: "my-logs", description: "" }),
      });
    assert.equal((await createProject()).status, 200);
    assert.match(await (await createProject()).text(), /ProjectAlreadyExist/);
  });

  it("refuses a launch template, a role and a policy whose name is taken", async () => {
    const document = JSON.stringify({
      Version: "1",
      Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: ["ecs.aliyuncs.com"] } }],
    });
    const policy = JSON.stringify({ Version: "1", Statement: [{ Action: "oss:*", Effect: "Allow", Resource: "*" }] });
    for (const [service, action, fields, code] of [
      ["ecs", "CreateLaunchTemplate", { LaunchTemplateName: "app" }, "InvalidLaunchTemplateName.Duplicated"],
      ["ram", "CreateRole", { RoleName: "app", AssumeRolePolicyDocument: document }, "EntityAlreadyExists.Role"],
      ["ram", "CreatePolicy", { PolicyName: "app", PolicyDocument: policy }, "EntityAlreadyExists.Policy"],
    ] as const) {
      assert.equal((await callAction(double, service, action, fields)).status, 200);
      assert.equal(await codeOf(callAction(double, service, action, fields)), code);
    }
  });

  it("refuses an update of a load balancer's zones that changes none", async () => {
    assert.equal(
      await codeOf(
        callAction(double, "alb", "UpdateLoadBalancerZones", {
          LoadBalancerId: balanced.loadBalancer,
          ...zoneMappings(balanced.vSwitches),
        }),
      ),
      "OperationDenied.ZoneMappingsNotChanged",
    );
  });
});
