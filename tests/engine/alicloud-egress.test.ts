/** Changes of `egress` on Alibaba Cloud: a running release reaches the internet throughout. */
import assert from "node:assert/strict";
import { containers } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

describe("engine: changes of egress on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let stack: ServiceStack;
  /** The calls after which an instance in service did not reach the internet. */
  let cutOff: Set<string>;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    stack = await world.stack(containers({ name: "shop", instances: { min: 3, max: 6 }, network: { egress: "nat" } }));
    const { double } = world;
    cutOff = new Set();
    double.beforeReply = ({ action }) => {
      const running = double.world.scaling.instances.where(({ lifecycle }) => lifecycle === "InService");
      if (!running.every(({ vSwitchId }) => double.reachesInternet(vSwitchId))) cutOff.add(action);
    };
  });
  after(() => world.close());

  it("starts instances once a single NAT gateway serves all zones", async () => {
    await stack.up();
    assert.deepEqual([...cutOff], []);
    assert.equal(world.double.world.network.natGateways.size, 1);
  });

  it("gets a NAT gateway in every zone, while the release reaches the internet", async () => {
    await stack.up({ network: { egress: "nat-per-zone" } });
    assert.deepEqual([...cutOff], []);
    assert.equal(world.double.world.network.natGateways.size, 2);
  });

  it("gets a single one again, while the release reaches the internet", async () => {
    await stack.up({ network: { egress: "nat" } });
    assert.deepEqual([...cutOff], []);
    assert.equal(world.double.world.network.natGateways.size, 1);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("gets another zone with a single one, while both releases reach the internet", async () => {
    await stack.up({ network: { egress: "nat", zones: 3 } });
    assert.deepEqual([...cutOff], []);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });
});
