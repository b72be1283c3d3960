import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { isWithin, rangeOf } from "../src/services/vpc/cidr";
import {
  codeOf,
  createLoadBalancer,
  createScalingGroup,
  createVSwitch,
  pause,
  requireModels,
  ruleFields,
  startFast,
  waitUntil,
  zoneMappings,
  type Balanced,
} from "./support";

/** A response of GetLoadBalancerAttribute, as far as these tests read it. */
interface Attributes {
  LoadBalancerStatus: string;
  SecurityGroupIds: string[];
  ZoneMappings: { ZoneId: string; VSwitchId: string; LoadBalancerAddresses: { Address: string }[] }[];
}

const anyPath = { Type: "Path", "PathConfig.Values.1": "/*" };

describe("Alibaba Cloud double: changes of a load balancer that serves", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    balanced = await createLoadBalancer(double);
    await createScalingGroup(double, balanced, "blue");
    await waitUntil(() => double.plane.send("svc", { path: "/" }).status === 200);
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    assert.deepEqual(double.invalidResponses, []);
    await double.stop();
  });

  const alb = (action: string, fields: Record<string, string | number | boolean>) =>
    callAction(double, "alb", action, fields);
  const attributes = async () =>
    (await alb("GetLoadBalancerAttribute", { LoadBalancerId: balanced.loadBalancer })).body as unknown as Attributes;
  const active = async () => (await attributes()).LoadBalancerStatus === "Active";
  const setZones = (vSwitches: Record<string, string>) =>
    alb("UpdateLoadBalancerZones", {
      LoadBalancerId: balanced.loadBalancer,
      ...Object.fromEntries(
        Object.entries(vSwitches).flatMap(([zone, id], at): [string, string][] => [
          [`ZoneMappings.${at + 1}.ZoneId`, `cn-hangzhou-${zone}`],
          [`ZoneMappings.${at + 1}.VSwitchId`, id],
        ]),
      ),
    });
  const addresses = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await attributes()).ZoneMappings.map((zone) => [
        zone.ZoneId.slice(-1),
        zone.LoadBalancerAddresses[0]?.Address ?? "",
      ]),
    );
  const createListener = (port: number, type = "ForwardGroup", serverGroup = balanced.blue) =>
    alb("CreateListener", {
      LoadBalancerId: balanced.loadBalancer,
      ListenerPort: port,
      ListenerProtocol: "HTTP",
      "DefaultActions.1.Type": type,
      "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId": serverGroup,
    });
  const createRule = (priority: number, serverGroup: string) =>
    alb("CreateRule", ruleFields(balanced.listener, priority, anyPath, { [serverGroup]: 100 }));
  const job = async (id: unknown) => {
    const { body } = await alb("ListAsynJobs", { "JobIds.1": String(id) });
    return (body as { Jobs?: { Status: string }[] }).Jobs?.[0]?.Status;
  };

  it("adds a zone in a job, during which it serves and refuses other changes, and removes a zone", async () => {
    double.world.delays.transition = 700;
    const [g, h] = balanced.vSwitches;
    const i = await createVSwitch(double, balanced.vpc, "i", "10.0.2.0/24");
    const before = await addresses();
    const { JobId } = (await setZones({ i, h, g })).body;
    assert.equal((await attributes()).LoadBalancerStatus, "Configuring");
    assert.equal(await job(JobId), "Processing");
    assert.equal(await codeOf(createListener(81)), "IncorrectStatus.LoadBalancer");
    assert.equal(await codeOf(createRule(1, balanced.green)), "ResourceInConfiguring.Listener");
    assert.equal(await codeOf(setZones({ g, h })), "IncorrectStatus.LoadBalancer");
    for (const action of ["DeleteListener", "UpdateListenerAttribute"])
      assert.equal(await codeOf(alb(action, { ListenerId: balanced.listener })), "IncorrectStatus.LoadBalancer");
    assert.equal(
      await codeOf(alb("DeleteLoadBalancer", { LoadBalancerId: balanced.loadBalancer })),
      "IncorrectStatus.LoadBalancer",
    );
    assert.equal(double.plane.send("svc", { path: "/" }).status, 200);
    await waitUntil(active);
    assert.equal(await job(JobId), "Succeeded");
    const { i: added, ...kept } = await addresses();
    assert.deepEqual(kept, before);
    assert.equal(double.plane.send(String(added), { path: "/" }).status, 200);
    const deleteVSwitch = () => callAction(double, "vpc", "DeleteVSwitch", { VSwitchId: i });
    assert.equal(await codeOf(deleteVSwitch()), "DependencyViolation");
    await setZones({ g, h });
    assert.equal(await codeOf(deleteVSwitch()), "DependencyViolation");
    await waitUntil(active);
    assert.deepEqual(await addresses(), before);
    assert.equal(double.plane.send(String(added), { path: "/" }).status, 503);
    assert.equal((await deleteVSwitch()).status, 200);
  });

  it("has an address of its own in each vSwitch", async () => {
    const fields = { VpcId: balanced.vpc, AddressType: "Intranet", LoadBalancerEdition: "Standard" };
    const zones = zoneMappings([...balanced.vSwitches]);
    const LoadBalancerBillingConfig = { "LoadBalancerBillingConfig.PayType": "PostPay" };
    await alb("CreateLoadBalancer", { ...fields, ...zones, ...LoadBalancerBillingConfig, LoadBalancerName: "other" });
    const addresses = double.world.balancing.loadBalancers
      .all()
      .flatMap((one) => one.zones.map(({ vSwitchId, privateAddress }) => ({ vSwitchId, privateAddress })));
    assert.equal(new Set(addresses.map(({ privateAddress }) => privateAddress)).size, 4);
    for (const { vSwitchId, privateAddress } of addresses) {
      const range = rangeOf(double.world.network.vSwitches.require(vSwitchId, "NotFound").cidr);
      const address = rangeOf(`${privateAddress}/32`);
      assert.ok(range && address && isWithin(address, range), privateAddress);
    }
  });

  it("refuses one zone, two vSwitches in a zone or in one without the product, another VPC's vSwitch, and one of another zone", async () => {
    const [g] = balanced.vSwitches;
    assert.equal(await codeOf(setZones({ g })), "IllegalParam.ZoneMappings");
    assert.equal(await codeOf(setZones({ g, h: g })), "Mismatch.ZoneIdAndVSwitchId");
    assert.equal(await codeOf(setZones({ g, h: "vsw-none" })), "ResourceNotFound.VSwitch");
    assert.equal(
      await codeOf(
        alb("UpdateLoadBalancerZones", {
          LoadBalancerId: balanced.loadBalancer,
          ...zoneMappings([g, await createVSwitch(double, balanced.vpc, "g", "10.0.3.0/24")]),
          "ZoneMappings.2.ZoneId": "cn-hangzhou-g",
        }),
      ),
      "DuplicatedParam.ZoneId",
    );
    const a = await createVSwitch(double, balanced.vpc, "a", "10.0.4.0/24");
    assert.equal(await codeOf(setZones({ g, a })), "OperationDenied.ZoneNotSupported");
    const other = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.1.0.0/16" }, "VpcId");
    await pause(10);
    assert.equal(
      await codeOf(setZones({ g, h: await createVSwitch(double, other, "h", "10.1.0.0/24") })),
      "Mismatch.VpcId",
    );
  });

  it("reaches instances in zones that the load balancer does not have", async () => {
    const i = await createVSwitch(double, balanced.vpc, "i", "10.0.2.0/24");
    const group = double.world.scaling.scalingGroups.find(({ name }) => name === "blue");
    await callAction(double, "ess", "ModifyScalingGroup", {
      ScalingGroupId: group?.id ?? "",
      MinSize: 3,
      "VSwitchIds.1": balanced.vSwitches[0],
      "VSwitchIds.2": balanced.vSwitches[1],
      "VSwitchIds.3": i,
    });
    const inZone = () => double.world.scaling.instances.find(({ vSwitchId }) => vSwitchId === i)?.id;
    await waitUntil(() =>
      double.plane.targets("blue").some((one) => one.serverId === inZone() && one.health === "Healthy"),
    );
  });

  it("forwards by a changed rule only after a delay, although the API returns the rule at once", async () => {
    const { RuleId } = (await createRule(1, balanced.green)).body;
    const ruleName = () => double.plane.route("svc", { path: "/" }).ruleName;
    await waitUntil(() => ruleName() === "rule");
    double.world.delays.rules = 500;
    await pause(10);
    await alb("UpdateRuleAttribute", { RuleId: String(RuleId), RuleName: "renamed" });
    const rules = (await alb("ListRules", { "RuleIds.1": String(RuleId) })).body["Rules"] as { RuleName: string }[];
    assert.equal(rules[0]?.RuleName, "renamed");
    assert.equal(ruleName(), "rule");
    await waitUntil(() => ruleName() === "renamed");
    await alb("DeleteRule", { RuleId: String(RuleId) });
    await waitUntil(() => double.inventory()["rules"] === undefined);
    assert.equal(ruleName(), "renamed");
    await waitUntil(() => ruleName() === undefined);
  });

  it("keeps a rule's priority and a listener's port until they are gone", async () => {
    double.world.delays.transition = 500;
    const { RuleId } = (await createRule(7, balanced.green)).body;
    await waitUntil(() => double.world.balancing.rules.get(String(RuleId))?.status === "Available");
    await alb("DeleteRule", { RuleId: String(RuleId) });
    assert.equal(await codeOf(createRule(7, balanced.green)), "ResourceInConfiguring.Listener");
    assert.equal(
      await codeOf(alb("DeleteServerGroup", { ServerGroupId: balanced.green })),
      "ResourceInUse.ServerGroup",
    );
    await waitUntil(() => double.inventory()["rules"] === undefined);
    await alb("DeleteListener", { ListenerId: balanced.listener });
    assert.equal(await codeOf(createListener(80)), "ResourceAlreadyExist.Listener");
    await waitUntil(() => double.inventory()["listeners"] === undefined);
    assert.equal((await createListener(80)).status, 200);
  });

  it("refuses default actions that do not forward, and server groups of another VPC", async () => {
    assert.equal(await codeOf(createListener(81, "FixedResponse")), "IllegalParam.DefaultActions");
    const VpcId = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.1.0.0/16" }, "VpcId");
    const foreign = await callForField(
      double,
      "alb",
      "CreateServerGroup",
      { ServerGroupName: "foreign", VpcId, "HealthCheckConfig.HealthCheckEnabled": true },
      "ServerGroupId",
    );
    assert.equal(await codeOf(createRule(1, foreign)), "Mismatch.VpcId");
    assert.equal(await codeOf(createListener(81, "ForwardGroup", foreign)), "Mismatch.VpcId");
  });

  it("refuses another change of a server group while one is in progress", async () => {
    double.world.delays.transition = 500;
    const update = (ServerGroupName: string) =>
      alb("UpdateServerGroupAttribute", { ServerGroupId: balanced.blue, ServerGroupName });
    assert.equal((await update("first")).status, 200);
    assert.equal(await codeOf(update("second")), "IncorrectStatus.ServerGroup");
    assert.equal(double.plane.send("svc", { path: "/" }).status, 200);
    await waitUntil(() => double.world.balancing.serverGroups.get(balanced.blue)?.status === "Available");
    assert.equal((await update("second")).status, 200);
  });

  it("lets two load balancers forward to one server group", async () => {
    const second = await callForField(
      double,
      "alb",
      "CreateLoadBalancer",
      {
        VpcId: balanced.vpc,
        AddressType: "Intranet",
        LoadBalancerEdition: "Standard",
        LoadBalancerName: "second",
        "LoadBalancerBillingConfig.PayType": "PostPay",
        ...zoneMappings(balanced.vSwitches),
      },
      "LoadBalancerId",
    );
    await pause(20);
    await alb("CreateListener", {
      LoadBalancerId: second,
      ListenerPort: 80,
      ListenerProtocol: "HTTP",
      "DefaultActions.1.Type": "ForwardGroup",
      "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId": balanced.blue,
    });
    const { body } = await alb("ListServerGroups", { "ServerGroupIds.1": balanced.blue });
    const [group] = body["ServerGroups"] as { RelatedLoadBalancerIds: string[] }[];
    assert.deepEqual(group?.RelatedLoadBalancerIds, [balanced.loadBalancer, second]);
    await waitUntil(() => double.plane.send("second", { path: "/" }).status === 200);
  });

  it("joins and leaves security groups in jobs while it serves", async () => {
    const change = (verb: "Join" | "Leave", id = balanced.securityGroup) =>
      alb(`LoadBalancer${verb}SecurityGroup`, { LoadBalancerId: balanced.loadBalancer, "SecurityGroupIds.1": id });
    assert.equal(await codeOf(change("Leave")), "ResourceNotAssociated.SecurityGroup");
    double.world.delays.transition = 500;
    await change("Join");
    assert.equal(await codeOf(createListener(81)), "IncorrectStatus.LoadBalancer");
    assert.equal(double.plane.send("svc", { path: "/" }).status, 200);
    await waitUntil(active);
    assert.deepEqual((await attributes()).SecurityGroupIds, [balanced.securityGroup]);
    assert.equal(await codeOf(change("Join")), "ResourceAlreadyAssociated.SecurityGroup");
    await change("Leave");
    await waitUntil(active);
    assert.deepEqual((await attributes()).SecurityGroupIds, []);
  });
});
