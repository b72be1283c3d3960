/**
 * Changes of a running service on Alibaba Cloud, there and back, while it serves requests. Rules take effect late, as
 * they may in the cloud.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { AlicloudWorld } from "./support/alicloud-world";
import { done, failure, inOrder, noComplaints } from "./support/checks";
import { plannedChanges, type EngineEvents } from "./support/engine-events";
import type { ServiceStack } from "./support/world";
import { pause } from "./support/processes";
import { clockSpeed } from "../support/clock";

const image = {
  container: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
  vm: `m-bp1${"1".repeat(17)}`,
};
const zones = ["cn-hangzhou-j", "cn-hangzhou-k"];
const speed = 8;

describe("engine: changes of a running service on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let stack: ServiceStack;
  let first: ServiceArgs;
  /** What no request may get. */
  const lost: string[] = [];
  let sent = 0;
  let load: NodeJS.Timeout;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    world.double.world.delays.rules = 1500;
    first = {
      ...{ name: "live", compute: "container", version: "1.0.0", image: image.container },
      instances: { min: 2, max: 6 },
      health: { startWithin: 10 },
      network: { egress: "endpoints", zones },
      loadBalancer: { drain: 5 },
      scaling: [{ schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 }],
    };
    stack = await world.stack(first);
    noComplaints(await stack.up({}, { env: clockSpeed(speed) }));
    // Until the first rule is in effect.
    await pause(2000);
    load = setInterval(request, 50);
  });
  after(async () => {
    clearInterval(load);
    await (world as AlicloudWorld | undefined)?.close();
  });
  const noneLost = () => {
    assert.deepEqual([...new Set(lost)], []);
    assert.ok(sent > 0);
  };

  /** Sends a request over HTTP, and follows a redirect. */
  function request(): void {
    sent += 1;
    const { status } = world.double.plane.send("live", { path: "/" }, 80);
    const answer = status === 301 ? world.double.plane.send("live", { path: "/" }, 443).status : status;
    if (answer !== 200) lost.push(`${status} ${answer} at ${new Date().toISOString().slice(14, 19)}`);
  }

  const change = async (fields: Partial<ServiceArgs>): Promise<EngineEvents> => {
    const run = await stack.up(fields, { env: clockSpeed(speed) });
    noComplaints(run);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
    return run;
  };
  const release = async () => String((await stack.run.outputs()).release);
  const balancer = () =>
    world.double.world.balancing.loadBalancers.find(({ name }) => name === "live") ?? assert.fail();
  const zonesOf = () =>
    balancer()
      .zones.map(({ zoneId }) => zoneId)
      .sort();
  const listeners = () =>
    world.double.world.balancing.listeners
      .all()
      .map(({ id, port }) => `${port} ${id}`)
      .sort();

  it("gets TLS on the listener that it has, and a third zone with a new release on the same load balancer", async () => {
    const [before, plain, id] = [await release(), listeners(), balancer().id];
    const run = await change({
      tls: { certificate: "12345678-cn-hangzhou" },
      network: { egress: "endpoints", zones: [...zones, "cn-hangzhou-b"] },
    });
    inOrder(run, [
      ["create", "TrafficRule", /-traffic-split-https$/],
      ["delete", "TrafficRule", /-traffic-split-http$/],
    ]);
    assert.ok(listeners().includes(plain[0] ?? ""), "the listener on port 80 was replaced");
    assert.equal(world.double.plane.send("live", { path: "/" }, 80).status, 301);
    assert.match(String((await stack.run.outputs()).url), /^https:/);
    const { network, scaling } = world.double.world;
    assert.deepEqual([zonesOf(), balancer().id], [["cn-hangzhou-b", ...zones], id]);
    assert.notEqual(await release(), before);
    const group = scaling.scalingGroups.all()[0]?.vSwitchIds ?? [];
    assert.deepEqual(group.map((one) => network.vSwitches.get(one)?.zoneId).sort(), ["cn-hangzhou-b", ...zones]);

    const back = await change({ tls: undefined, network: { egress: "endpoints", zones: [...zones].reverse() } });
    assert.deepEqual(listeners(), plain);
    assert.deepEqual([zonesOf(), balancer().id, await release()], [zones, id, before]);
    inOrder(back, [
      ["delete", "ScalingGroup", /^live-/],
      ["delete", "LoadBalancerZone", /-cn-hangzhou-b$/],
      ["delete", "Switch", /-load-balancer-cn-hangzhou-b$/],
    ]);
    noneLost();
  });

  it("checks a new release by a new path, and the running one by its own until it is gone", async () => {
    const before = await release();
    const { balancing } = world.double.world;
    const pathOf = (id: string) =>
      balancing.serverGroups.find(({ name }) => name === `live-${id}`)?.healthCheck.HealthCheckPath;
    world.broken.add("1.1.0");
    const changed = { version: "1.1.0", health: { startWithin: 10, path: "/ready" } };
    const run = await stack.up(changed, { expectFailure: true, env: clockSpeed(speed) });
    assert.match(failure(run).name, /-gate$/);
    assert.deepEqual([await release(), pathOf(before)], [before, "/healthz"]);
    world.broken.delete("1.1.0");
    await change(changed);
    assert.equal(pathOf(await release()), "/ready");
    noneLost();
  });

  it("moves to the other compute with a role of its own, and back", async () => {
    const roles = () =>
      world.double.world.ram.roles
        .all()
        .map(({ name }) => name.replace(/-[0-9a-f]{6}$/, ""))
        .filter((name) => name.startsWith("live-"));
    const run = await change({ compute: "vm", image: image.vm });
    inOrder(run, [
      ["create", "Role", /^live-vm$/],
      ["update", "TrafficRule", /-traffic-split-http$/],
      ["delete", "ScalingGroup", /^live-/],
      ["delete", "Role", /^live-container$/],
    ]);
    assert.deepEqual(roles(), ["live-vm"]);
    await change({
      ...{ compute: "container", image: image.container, version: "1.0.0" },
      health: { startWithin: 10 },
    });
    assert.deepEqual(roles(), ["live-container"]);
    noneLost();
  });

  it("has the same shares again after somebody else has changed them", async () => {
    const id = await release();
    const { rules } = world.double.world.balancing;
    const rule = rules.find(({ name }) => name === "live-traffic-split-http") ?? assert.fail();
    await stack.run.refresh();
    assert.deepEqual(plannedChanges(await stack.preview()), []);
    rules.remove(rule.id);
    const run = await stack.up({}, { flags: ["--refresh"], env: clockSpeed(speed) });
    assert.ok(done(run).includes("create TrafficRule live-traffic-split-http"), done(run).join());
    assert.deepEqual(world.split("live"), { [id]: 100 });
  });

  it("is gone after destroy", async () => {
    clearInterval(load);
    await stack.run.destroy();
    assert.deepEqual(world.double.inventory(), {});
    assert.deepEqual(world.double.invalidRequests, []);
  });
});
