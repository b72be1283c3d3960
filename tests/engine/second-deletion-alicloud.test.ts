/** The deletion of resources on Alibaba Cloud that are gone: the real provider deletes each of a stack's resources twice. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { testedTypes } from "../support/second-deletions";
import { AlicloudWorld } from "./support/alicloud-world";
import { destroyTwice } from "./support/second-deletion";
import type { ServiceStack } from "./support/world";

describe("engine: resources on Alibaba Cloud that are gone", () => {
  let world: AlicloudWorld, stacks: ServiceStack[];
  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    const service: Omit<ServiceArgs, "name" | "compute" | "image"> = {
      version: "1.0.0",
      health: { startWithin: 10 },
      files: { share: { path: "/files" } },
      tls: { certificate: "12345678-cn-hangzhou" },
      loadBalancer: { drain: 0, allowFrom: ["10.0.0.0/8"] },
      instances: { min: 2, max: 4 },
      scaling: [
        { metric: "cpu", target: 70 },
        { schedule: "0 8 * * *", min: 2, max: 4 },
      ],
    };
    const image = `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`;
    stacks = await Promise.all([
      world.stack({ ...service, name: "books", compute: "container", image }),
      world.stack({ ...service, name: "shop", compute: "vm", image: `m-bp1${"1".repeat(17)}` }),
    ]);
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  it("are deleted again without an error", async () => {
    const all = await Promise.all(
      stacks.map(async (stack) => {
        await stack.up();
        // The provider asks again for five minutes before it takes a load balancer for deleted.
        return destroyTwice(stack.run, ["alicloud:alb/loadBalancer:LoadBalancer"]);
      }),
    );
    assert.deepEqual(
      all.flatMap(({ problems }) => problems),
      [],
    );
    const types = new Set(all.flatMap((one) => [...one.types]));
    assert.deepEqual(
      testedTypes("alicloud").filter((type) => !types.has(type)),
      [],
    );
  });
});
