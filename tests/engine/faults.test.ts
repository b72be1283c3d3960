/**
 * Faults during an update on AWS: the engine is killed, calls are throttled, lost or refused. The next update
 * converges.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { done, failure, noComplaints } from "./support/checks";
import { Cloud } from "./support/cloud";
import { failures, plannedChanges, type Step } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { World, type ServiceStack } from "./support/world";

describe("engine: faults during an update on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud, stack: ServiceStack;
  const service: ServiceArgs = {
    name: "web",
    compute: "container",
    version: "1.0.0",
    image: `registry.test/app@sha256:${"1".repeat(64)}`,
    instances: { min: 2, max: 6 },
    files: {},
    health: { startWithin: 10 },
    scaling: [{ metric: "cpu", target: 60 }],
  };
  const shares = async () =>
    Object.entries(await cloud.split("web")).map(
      ([release, weight]) => `${release.replace(/-[0-9a-f]{6}$/, "")}: ${weight}`,
    );

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    cloud = new Cloud(world.emulator, world.gateway);
    // The gate's address exists only once the server listens.
    stack = await world.stack({ ...service, gate: { url: simulated.url, answers: 1, within: 50 } });
  });

  // A fault planned by one test must not hit a call of the next.
  beforeEach(() => {
    world.gateway.forget();
  });

  const created = (type: string, name: RegExp) => (step: Step) =>
    step.operation === "create" && step.phase === "done" && step.type.endsWith(`:${type}`) && name.test(step.name);
  const kills: { at: string; version: string; when: (step: Step) => boolean }[] = [
    { at: "while it created the network", version: "1.0.0", when: created("Vpc", /./) },
    { at: "before the split", version: "1.1.0", when: created("Gate", /-1-1-0-/) },
  ];
  for (const { at, version, when } of kills) {
    it(`cancel and up complete an update whose engine was killed ${at}`, async () => {
      stack.set({ version });
      const run = await stack.run.killedUp(when);
      assert.equal(run.exitCode, null);
      await stack.run.cancel();
      await stack.up();
      assert.deepEqual(await shares(), [`${version.replaceAll(".", "-")}: 100`]);
    });
  }

  it("refresh --clear-pending-creates removes the operations that were pending when the engine was killed", async () => {
    assert.ok(((await stack.run.exportState()).deployment.pending_operations ?? []).length > 0);
    await stack.run.refresh({ flags: ["--clear-pending-creates"] });
    assert.deepEqual((await stack.run.exportState()).deployment.pending_operations ?? [], []);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("a release succeeds although each service throttles with its own error, also as HTTP 429, and calls are lost", async () => {
    const addFault = (service: string, action: RegExp, kind: "throttle" | "throttle429" | "drop") =>
      world.gateway.fault({
        match: (call) => call.service === service && action.test(call.action),
        times: 2,
        with: kind,
      });
    const faults = [
      addFault("elasticloadbalancing", /^CreateTargetGroup$/, "throttle"),
      addFault("elasticloadbalancing", /^ModifyRule$/, "throttle"),
      addFault("elasticloadbalancing", /^DescribeTargetHealth$/, "throttle"),
      addFault("ecs", /^RegisterTaskDefinition$/, "throttle429"),
      addFault("ecs", /^DeleteService$/, "throttle"),
      addFault("application-autoscaling", /^RegisterScalableTarget$/, "throttle"),
      addFault("ec2", /^AuthorizeSecurityGroup/, "throttle"),
      addFault("ecs", /^DescribeServices$/, "drop"),
      addFault("elasticloadbalancing", /^CreateRule$/, "drop"),
      addFault("application-autoscaling", /^PutScalingPolicy$/, "drop"),
    ];
    const run = await stack.up({ version: "1.4.0", port: 9090 });
    noComplaints(run);
    assert.deepEqual(
      faults.map(({ hits }) => hits()),
      faults.map(() => 2),
    );
    assert.deepEqual(await shares(), ["1-4-0: 100"]);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("an HTTP 429 without a service's error fails the update, and up --refresh completes it", async () => {
    world.gateway.fault({ match: ({ action }) => action === "PutScalingPolicy", times: 1, with: "http429" });
    const run = await stack.up({ scaling: [{ metric: "cpu", target: 50 }] }, { expectFailure: true });
    assert.equal(failures(run).length, 1);
    await stack.up({}, { flags: ["--refresh"] });
    assert.equal(world.gateway.applicationAutoScaling.policies.length, 1);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("a traffic split that cannot be changed leaves all traffic on the old release, and the next up sets it", async () => {
    world.gateway.fault({ match: ({ action }) => action === "ModifyRule", times: 100, with: "deny" });
    const run = await stack.up({ version: "1.6.0" }, { expectFailure: true });
    assert.match(failure(run).name, /-traffic-split-http$/);
    assert.deepEqual(await shares(), ["1-4-0: 100"]);
    assert.deepEqual(
      done(run).filter((step) => step.startsWith("delete")),
      [],
    );
    world.gateway.forget();
    await stack.up();
    assert.deepEqual(await shares(), ["1-6-0: 100"]);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("a release whose tasks could not start at first passes with the next up, once they can", async () => {
    world.gateway.sources.cannotStart = (name) => name.startsWith("web-1-7-0-");
    simulated.unhealthy.add("1.7.0");
    const run = await stack.up({ version: "1.7.0" }, { expectFailure: true });
    assert.match(failure(run).message, /AWS gave up starting more/);
    assert.deepEqual(await shares(), ["1-6-0: 100"]);
    world.gateway.sources.cannotStart = undefined;
    simulated.unhealthy.clear();
    await stack.up();
    assert.deepEqual(await shares(), ["1-7-0: 100"]);
  });

  it("destroying the stack leaves no resource in the state", async () => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
  });
});
