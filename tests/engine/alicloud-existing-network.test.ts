/** An existing network on Alibaba Cloud: another port and other vSwitches in one update. */
import assert from "node:assert/strict";
import { type ExistingNetwork, containers, existingNetwork } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

describe("engine: an existing network on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let stack: ServiceStack;
  /** vSwitches in three zones, with the ranges 10.9.0.0/24 to 10.9.2.0/24, and one more in the first zone. */
  let network: ExistingNetwork;
  let failures: string[];

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    network = await existingNetwork(world.double, "10.9", "j", "k", "h", "j");
    stack = await world.stack(containers({ name: "shop", instances: { min: 2, max: 6 }, network: placed(0, 1) }));
  });
  after(() => world.close());

  function placed(...places: number[]) {
    const ids = places.map((place) => network.vSwitchIds[place] ?? "");
    return { vpcId: network.vpcId, privateSubnetIds: ids, publicSubnetIds: ids };
  }

  /** What the instances' security group admits, as `port from range`. */
  function admitted(): string[] {
    const group = world.double.world.network.securityGroups.find(({ name }) => name === "shop-instances");
    return (group?.rules ?? [])
      .filter(({ Direction }) => Direction === "ingress")
      .map((rule) => `${String(rule.PortRange)} from ${String(rule.SourceCidrIp)}`)
      .sort();
  }

  function send(): string | undefined {
    const request = { method: "GET", path: "/", headers: { host: "shop.example.com" } };
    const { status, body } = world.double.plane.send("shop", request, 80);
    return status === 200 ? undefined : `${status} ${body}`;
  }

  it("admits the load balancer's vSwitches to the port", async () => {
    await stack.up();
    assert.deepEqual(admitted(), ["8080/8080 from 10.9.0.0/24", "8080/8080 from 10.9.1.0/24"]);
    assert.equal(send(), undefined);
  });

  it("keeps the load balancer's zones in a preview of a further one, whose vSwitch has not been looked up yet", async () => {
    const planned = plannedChanges(await stack.preview({ network: placed(0, 1, 2) }));
    const zones = planned.filter(({ type }) => type.endsWith(":LoadBalancerZone"));
    assert.deepEqual(
      zones.map(({ operation, name }) => `${operation} ${name}`),
      [`create shop-load-balancer-${network.vSwitchIds[2] ?? ""}`],
    );
  });

  it("is refused, and serves on, with two vSwitches in one zone for the load balancer", async () => {
    const { diagnostics } = await stack.up({ network: placed(0, 1, 3) }, { expectFailure: true });
    assert.match(
      diagnostics.map(({ message }) => message).join("\n"),
      /two or more zones, and one in each: .* is in cn-hangzhou-j/,
    );
    const [balancer] = world.double.world.balancing.loadBalancers.all();
    assert.equal(balancer?.zones.length, 2);
    assert.equal(send(), undefined);
    await stack.up({ network: placed(0, 1) });
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("gets another port and another vSwitch in one update, loses no request, and admits nothing else", async () => {
    failures = [];
    world.double.beforeReply = () => {
      const failure = send();
      if (failure !== undefined) failures.push(failure);
    };
    await stack.up({ version: "1.1.0", port: 9090, network: placed(1, 2) });
    world.double.beforeReply = undefined;
    assert.deepEqual(failures, []);
    assert.deepEqual(admitted(), ["9090/9090 from 10.9.1.0/24", "9090/9090 from 10.9.2.0/24"]);
    const { serverGroups } = world.double.world.balancing;
    const targets = serverGroups.all().flatMap((group) => world.double.plane.targets(group.id));
    assert.deepEqual(new Set(targets.map(({ port }) => port)), new Set([9090]));
    assert.equal(send(), undefined);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("is taken back in one update", async () => {
    await stack.up({ version: "1.0.0", port: 8080, network: placed(0, 1) });
    assert.deepEqual(admitted(), ["8080/8080 from 10.9.0.0/24", "8080/8080 from 10.9.1.0/24"]);
    assert.equal(send(), undefined);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });
});
