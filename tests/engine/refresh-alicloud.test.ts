/**
 * `pulumi up --refresh` on an unchanged service, with the real engine and provider against the double of Alibaba Cloud.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { AlicloudWorld } from "./support/alicloud-world";
import { done, noComplaints } from "./support/checks";
import type { StackState } from "./support/stack";
import type { ServiceStack } from "./support/world";

const images = {
  container: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
  vm: `m-bp1${"1".repeat(17)}`,
};

/** A value as text, without the text of a secret, which is encrypted anew each time. */
const readable = (value: unknown) =>
  JSON.stringify(value, (name, part: unknown) => (name === "ciphertext" ? undefined : part));

/**
 * The outputs that have other values in the second state; the provider itself leaves out empty ones when it refreshes.
 */
function changedOutputs(one: StackState, other: StackState): string[] {
  const outputsOf = ({ deployment }: StackState) =>
    new Map((deployment.resources ?? []).map(({ urn, outputs = {} }) => [urn, outputs]));
  const refreshed = outputsOf(other);
  return [...outputsOf(one)].flatMap(([urn, outputs]) => {
    const now = refreshed.get(urn) ?? {};
    return Object.keys(outputs)
      .filter((name) => name in now && readable(outputs[name]) !== readable(now[name]))
      .map(
        (name) =>
          `${urn.split("::").at(-1) ?? urn} ${name}: ${JSON.stringify(outputs[name])} → ${JSON.stringify(now[name])}`,
      );
  });
}

describe("engine: a refresh of an unchanged service on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  const stacks: Partial<Record<keyof typeof images, ServiceStack>> = {};

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    for (const compute of ["container", "vm"] as const) {
      const service: ServiceArgs = {
        name: compute,
        compute,
        version: "1.0.0",
        image: images[compute],
        instances: { min: 2, max: 6 },
        files: { share: {} },
        logs: {},
        environment: { COLOUR: "blue" },
        health: { startWithin: 10 },
        network: { egress: "nat-per-zone" },
        loadBalancer: { drain: 10, allowFrom: ["203.0.113.0/24"] },
        scaling: [
          { metric: "cpu", target: 60 },
          { metric: "requests", target: 600 },
          { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
        ],
        tags: { team: "books" },
      };
      stacks[compute] = await world.stack(service);
    }
    await Promise.all(Object.values(stacks).map((stack) => stack.up()));
  });

  /** The calls since the last clearCalls that change something in the cloud. */
  const written = () =>
    world.double.calls
      .filter(({ action }) => !/^(Describe|List|Get|Head)/.test(action))
      .map(({ service, action }) => `${service} ${action}`);

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  for (const compute of ["container", "vm"] as const) {
    it(`changes nothing in the cloud or the state (${compute})`, async () => {
      const stack = stacks[compute];
      assert.ok(stack);
      world.double.clearCalls();
      const run = await stack.up({}, { flags: ["--refresh"] });
      noComplaints(run);
      assert.deepEqual(done(run), []);
      assert.deepEqual(written(), []);
      // That refresh recorded what resources got from others that were created later, such as a bucket its policy.
      const before = await stack.run.exportState();
      await stack.run.refresh();
      assert.deepEqual(changedOutputs(before, await stack.run.exportState()), []);
      assert.deepEqual(await stack.preview().then(done), []);
    });
  }
});
