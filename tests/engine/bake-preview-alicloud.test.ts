/** Previews of a machine image that the stack bakes on Alibaba Cloud, with the real engine and provider. */
import assert from "node:assert/strict";
import { bakedService, withRecipe } from "./support/alicloud-bake";
import { AlicloudWorld } from "./support/alicloud-world";
import { noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";

for (const region of ["cn-hangzhou", "ap-southeast-1"]) {
  describe(`engine: a machine image baked on Alibaba Cloud in ${region}`, () => {
    let world: AlicloudWorld;
    before(async function () {
      world = await AlicloudWorld.start(this, region);
    });
    after(async () => {
      await (world as AlicloudWorld | undefined)?.close();
    });

    it("shows no warning of the real provider in a preview", async () => {
      const run = await withRecipe(await world.stack(bakedService("vm"))).preview();
      noComplaints(run);
      assert.ok(plannedChanges(run).length > 30);
      assert.deepEqual(world.double.invalidRequests, []);
    });
  });
}
