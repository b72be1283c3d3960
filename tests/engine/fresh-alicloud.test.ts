/** The first update on a new account of Alibaba Cloud: each missing prerequisite is named, and once all are there it succeeds. */
import assert from "node:assert/strict";
import { containers } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { failures, plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

describe("engine: a fresh account on Alibaba Cloud", function () {
  this.timeout(600_000);
  let world: AlicloudWorld;
  let stack: ServiceStack;
  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou", { fresh: true });
    stack = await world.stack(containers({ name: "shop", instances: { min: 1 }, files: { share: {} } }));
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /** The errors of a failing update, of all resources that can be tried. */
  const errors = async () => {
    const run = await stack.up({}, { expectFailure: true, flags: ["--continue-on-error"] });
    assert.ok(failures(run).length > 0);
    return run.diagnostics.map(({ message }) => message).join("\n");
  };

  it("names every product that the service's stores need, and the role that it may not create", async () => {
    const { double } = world;
    double.world.mayCreateServiceLinkedRoles = false;
    const messages = await errors();
    assert.match(messages, /UserDisable.*Has the account activated Object Storage Service\? Open its console once/);
    assert.match(messages, /is inactive.*Has the account activated Simple Log Service\? Open its console once/);
    assert.match(messages, /not activated File Storage NAS/);
    assert.match(messages, /no role AliyunServiceRoleForAutoScaling.*CreateServiceLinkedRole --ServiceName ess/);
  });

  it("names the products that the instances need, in the update that looks for what the first has left", async () => {
    world.double.activate("oss", "sls");
    world.double.world.mayCreateServiceLinkedRoles = true;
    stack.set({ files: {} });
    assert.match(await errors(), /not activated Elastic Container Instance.*open the product's console once/s);
  });

  it("has a service that is up once everything is activated", async () => {
    world.double.activate();
    await stack.up();
    assert.deepEqual(Object.values(world.split("shop")), [100]);
    assert.ok(world.double.world.ram.roles.get("AliyunServiceRoleForECI"));
    assert.deepEqual(plannedChanges(await stack.preview()), []);
    assert.deepEqual(world.double.invalidRequests, []);
  });

  it("has nothing left after destroy", async () => {
    await stack.run.destroy();
    assert.deepEqual(world.double.inventory(), {});
  });
});
