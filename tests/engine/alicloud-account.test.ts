/** What an account on Alibaba Cloud already has: a network of the user's, service-linked roles. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { existingNetwork } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { failure, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

const role = "AliyunServiceRoleForAutoScaling";

describe("engine: an account on Alibaba Cloud", () => {
  let world: AlicloudWorld, first: ServiceStack, second: ServiceStack;
  let vpcId: string, vSwitchIds: readonly string[], otherVSwitchId: string, existing: Record<string, number>;

  const service = (name: string, network: ServiceArgs["network"]): ServiceArgs => ({
    name,
    compute: "vm",
    version: "1.0.0",
    image: `m-bp1${"1".repeat(17)}`,
    instances: { min: 2 },
    health: { startWithin: 10 },
    loadBalancer: { internal: true, drain: 0 },
    network,
  });
  const requests = (action: string) => world.double.calls.filter((call) => call.action === action);

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    ({ vpcId, vSwitchIds } = await existingNetwork(world.double, "10.9", "j", "k"));
    otherVSwitchId = (await existingNetwork(world.double, "10.8", "j")).vSwitchIds[0];
    existing = world.double.inventory();
    first = await world.stack(service("first", { vpcId, privateSubnetIds: [...vSwitchIds] }));
    second = await world.stack(service("second", { vpcId, privateSubnetIds: [vSwitchIds[0] ?? "", otherVSwitchId] }));
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  it("receives no request from a preview of a service in an existing network", async () => {
    world.double.clearCalls();
    const preview = await first.preview();
    noComplaints(preview);
    assert.deepEqual(
      world.double.calls.map(({ action }) => action),
      [],
    );
  });

  it("gets Auto Scaling's service-linked role before the first scaling group, which is in the existing network", async () => {
    noComplaints(await first.up());
    const actions = world.double.calls.map(({ action }) => action);
    assert.ok(actions.indexOf("CreateServiceLinkedRole") >= 0);
    assert.ok(actions.indexOf("CreateServiceLinkedRole") < actions.indexOf("CreateScalingGroup"));
    assert.equal(world.double.world.ram.roles.get(role)?.linkedTo, "ess.aliyuncs.com");
    const zones = JSON.stringify(requests("CreateLoadBalancer")[0]?.fields);
    for (const zone of ["cn-hangzhou-j", "cn-hangzhou-k", ...vSwitchIds]) assert.ok(zones.includes(zone), zone);
    const ranges = requests("AuthorizeSecurityGroup")
      .map(({ fields }) => JSON.stringify(fields))
      .join();
    for (const range of ["10.9.0.0/24", "10.9.1.0/24"]) assert.ok(ranges.includes(range), range);
    assert.deepEqual(requests("CreateVpc").concat(requests("CreateVSwitch")), []);
    assert.deepEqual(plannedChanges(await first.preview()), []);
  });

  it("gets no load balancer for a service that names a vSwitch of another network", async () => {
    world.double.clearCalls();
    const run = await second.up({}, { expectFailure: true });
    const { name, message } = failure(run);
    assert.match(name, /-existing-vsw-/);
    assert.match(message, new RegExp(`the vSwitch ${otherVSwitchId} must be in ${vpcId}, but is in vpc-`));
    assert.deepEqual(requests("CreateLoadBalancer"), []);
  });

  it("lets a second service use the existing role without the right to create one", async () => {
    world.double.faults.add({
      kind: "refuse",
      action: "CreateServiceLinkedRole",
      code: "NoPermission",
      message: "You are not authorized.",
      status: 403,
    });
    noComplaints(await second.up({ network: { vpcId, privateSubnetIds: vSwitchIds } }));
    assert.deepEqual(plannedChanges(await second.preview()), []);
  });

  it("keeps the network and the role when the services are destroyed", async () => {
    for (const { run } of [first, second]) await run.destroy();
    assert.deepEqual(world.double.inventory(), existing);
    assert.ok(world.double.world.ram.roles.get(role));
    assert.deepEqual(world.double.invalidRequests, []);
  });

  it("fails the update and prints the command to run when the role is missing and may not be created", async () => {
    world.double.world.ram.roles.remove(role);
    const third = await world.stack(service("third", { vpcId, privateSubnetIds: vSwitchIds }));
    const run = await third.up({}, { expectFailure: true });
    const { name, message } = failure(run);
    assert.match(name, /-auto-scaling-role$/);
    assert.match(
      message,
      new RegExp(`no role ${role}.*aliyun resourcemanager CreateServiceLinkedRole --ServiceName ess.aliyuncs.com`),
    );
    world.double.faults.clear();
    await third.run.destroy();
    assert.deepEqual(world.double.inventory(), existing);
  });
});
