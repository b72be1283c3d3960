/** Changes of a running service on AWS, there and back, on the real engine and provider against an emulator. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { done, noComplaints } from "./support/checks";
import { Cloud } from "./support/cloud";
import { type EngineRun } from "./support/stack";
import { orderOf, plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { World, type ServiceStack } from "./support/world";

const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000";

describe("engine: changes of a running service on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud, stack: ServiceStack;
  const release = async () => String((await stack.run.outputs()).release);
  /** Updates, checks that the next preview is empty and that one release has all requests. */
  const change = async (fields: Partial<ServiceArgs>): Promise<EngineRun> => {
    const run = await stack.up(fields);
    noComplaints(run);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
    assert.deepEqual(await cloud.split("shop"), { [await release()]: 100 });
    return run;
  };
  /** When a step began and ended, by the last part of the resource's type. */
  const step = (run: EngineRun, operation: string, type: string, name: RegExp) =>
    orderOf({ ...run, steps: run.steps.filter((one) => one.type.endsWith(`:${type}`)) }, operation, name);
  const steps = (run: EngineRun, types: RegExp) => done(run).filter((step) => types.test(step));

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    cloud = new Cloud(world.emulator, world.gateway);
    stack = await world.stack({
      name: "shop",
      compute: "container",
      version: "1.0.0",
      image: `registry.test/app@sha256:${"1".repeat(64)}`,
      instances: { min: 2, max: 4 },
      logs: { whenRemoved: "delete" },
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      network: { zones: ["us-east-1a", "us-east-1b"] },
    });
  });

  it("is created", async () => {
    await change({});
  });

  it("has TLS switched on in place: the rules move, and nothing of the release changes", async () => {
    const before = await release();
    const run = await change({ tls: { certificate } });
    assert.equal(await release(), before);
    assert.deepEqual(steps(run, /Rule |Listener /), [
      `create HeaderRule shop-${before}-header-https`,
      "create Listener shop-https",
      "create RedirectRule shop-redirect",
      "create SecurityGroupIngressRule shop-load-balancer-443-from-0.0.0.0/0",
      "create TrafficRule shop-traffic-split-https",
      `delete HeaderRule shop-${before}-header-http`,
      "delete TrafficRule shop-traffic-split-http",
    ]);
    const created = orderOf(run, "create", /-traffic-split-https$/).done;
    assert.ok(created < orderOf(run, "delete", /-traffic-split-http$/).start);
    assert.match(String((await stack.run.outputs()).url), /^https:/);
    assert.deepEqual(
      (await cloud.rules("shop", 80)).map(({ Actions: [action] = [] }) => action?.Type),
      ["redirect"],
    );
  });

  it("has TLS switched off in place, together with a new release in a third zone", async () => {
    const old = await release();
    const run = await change({ tls: undefined, network: { zones: ["us-east-1a", "us-east-1b", "us-east-1c"] } });
    assert.notEqual(await release(), old);
    const split = orderOf(run, "create", /-traffic-split-http$/).done;
    assert.ok(split < orderOf(run, "delete", /-redirect$/).start);
    const deleted = step(run, "delete", "TargetGroup", new RegExp(`${old}$`));
    assert.ok(step(run, "delete", "TrafficRule", /-https$/).done < deleted.start);
    assert.equal((await cloud.listeners("shop")).has(443), false);
    assert.equal(steps(run, /^create LoadBalancerZone/).length, 1);
    assert.deepEqual(steps(run, /^(update|replace) (LoadBalancer|Subnet|RouteTable|NatGateway) /), []);
  });

  it("loses the third zone after the release in it is gone, with another health check", async () => {
    const inThree = await release();
    const run = await change({
      network: { zones: ["us-east-1b", "us-east-1a"] },
      health: { startWithin: 10, path: "/alive" },
    });
    assert.notEqual(await release(), inThree);
    const gone = step(run, "delete", "Service", new RegExp(`^shop-${inThree}$`));
    assert.ok(gone.done < step(run, "delete", "LoadBalancerZone", /./).start);
    assert.ok(gone.done < step(run, "delete", "Subnet", /^shop-private-us-east-1c$/).start);
  });

  it("moves to the other compute and back, with the roles of the one that serves", async () => {
    const image = stack.service.image;
    const run = await change({ compute: "vm", image: `ami-${"1".repeat(17)}` });
    assert.deepEqual(steps(run, /update (Role|RolePolicy) /), []);
    const gone = step(run, "delete", "Service", /./);
    assert.ok(gone.done < step(run, "delete", "RolePolicy", /^shop-container-start-registry$/).start);
    await change({ compute: "container", image });
  });

  it("leaves nothing after destroy", async () => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
  });
});
