/** Changes of the network under a running service on Alibaba Cloud: its single NAT gateway. */
import assert from "node:assert/strict";
import { containers } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { done, inOrder, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

const [g, h, i] = ["g", "h", "i"].map((zone) => `cn-hangzhou-${zone}`) as [string, string, string];

describe("engine: changes of the network of a service on Alibaba Cloud", () => {
  let world: AlicloudWorld, stack: ServiceStack;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    stack = await world.stack(containers({ name: "single", network: { egress: "nat", zones: [h, i] } }));
    noComplaints(await stack.up());
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /**
   * The gateways to which the default route leads and that translate addresses; and whether each private vSwitch has a
   * way out.
   */
  const egress = () => {
    const { snatEntries, natGateways, vSwitches, vpcs } = world.double.world.network;
    return {
      route: vpcs.all().map(({ defaultGateway }) => natGateways.get(defaultGateway ?? "")?.name),
      translation: snatEntries
        .all()
        .map(({ tableId }) => natGateways.find(({ snatTableId }) => snatTableId === tableId)?.name),
      out: vSwitches
        .all()
        .filter(({ name }) => name.includes("-private-"))
        .map(({ id }) => world.double.reachesInternet(id)),
    };
  };
  const through = (gateway: string, zones: number) => ({
    route: [`single-nat-${gateway}`],
    translation: [`single-nat-${gateway}`],
    out: Array.from({ length: zones }, () => true),
  });

  it("keep it in its zone when a zone is added that sorts before it", async () => {
    assert.deepEqual(egress(), through(h, 2));
    const run = await stack.up({ network: { egress: "nat", zones: [g, h, i] } });
    noComplaints(run);
    assert.deepEqual(
      done(run).filter((step) => / (NatGateway|PublicAddress|DefaultRoute) /.test(step)),
      [],
    );
    assert.deepEqual(egress(), through(h, 3));
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("move it when its zone is removed: the new one first, then the route, and the old one last", async () => {
    const run = await stack.up({ network: { egress: "nat", zones: [g, i] } });
    noComplaints(run);
    inOrder(run, [
      ["create", "NatGateway", /-nat-cn-hangzhou-g$/],
      ["update", "DefaultRoute", /-default-route$/],
      ["delete", "ScalingGroup", /^single-1-0-0-/],
      ["delete", "NatGateway", /-nat-cn-hangzhou-h$/],
    ]);
    assert.deepEqual(egress(), through(g, 2));
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("leaves nothing after a destroy", async () => {
    noComplaints(await stack.run.destroy());
    assert.deepEqual(egress(), { route: [], translation: [], out: [] });
  });
});
