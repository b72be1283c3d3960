/** The program on the real engine and the real provider for Alibaba Cloud, against a double of the cloud's API. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { groupSeconds } from "../../components/clouds/alicloud/timings";
import type { ServiceArgs } from "../../components/spec";
import { readStackFile } from "../support/stack-file";
import { AlicloudWorld } from "./support/alicloud-world";
import { type Both, onBoth } from "./support/both";
import { done, inOrder, noComplaints } from "./support/checks";
import { orderOf, plannedChanges } from "./support/engine-events";
import { failedAtGate, failedUnhealthy, fasterWaits } from "./support/failed-release";
import { repository } from "./support/toolchain";
import { type ServiceStack } from "./support/world";
import { clockSpeed } from "../support/clock";

const images = {
  container: (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`,
  vm: (digit: string) => `m-bp1${digit.repeat(17)}`,
};

for (const region of ["cn-hangzhou", "ap-southeast-1"]) {
  describe(`engine: the examples on Alibaba Cloud in ${region}`, () => {
    let world: AlicloudWorld;
    before(async function () {
      world = await AlicloudWorld.start(this, region);
    });
    after(async () => {
      await (world as AlicloudWorld | undefined)?.close();
    });

    for (const compute of ["container", "vm"]) {
      it(`show no warning of the real provider for the ${compute} example`, async () => {
        const example = readFileSync(join(repository, `examples/Pulumi.alicloud-${compute}.yaml`), "utf8");
        // Only references contain a region's name in a stack file.
        const config = readStackFile(example.replace(/cn-hangzhou|ap-southeast-1/g, region));
        const run = await (await world.run(config)).preview();
        noComplaints(run);
        assert.ok(plannedChanges(run).length > 20);
        assert.deepEqual(world.double.invalidRequests, []);
      });
    }
  });
}

describe("engine: a service on Alibaba Cloud", () => {
  const stacks = {} as Both;
  let world: AlicloudWorld;
  const image = ({ service }: ServiceStack, digit: string) => images[service.compute](digit);
  /** The id of a stack's current release. */
  const release = async ({ run }: ServiceStack) => String((await run.outputs()).release);

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    world.sources = true;
    Object.assign(world.double.world, { returnsAttachmentActivity: true, attachesDuringActivities: false });
    const service = (name: string, compute: keyof Both): ServiceArgs => ({
      name,
      compute,
      version: "1.0.0",
      image: images[compute]("1"),
      instances: { min: 2, max: 6 },
      files: compute === "container" ? { share: {} } : {},
      health: { startWithin: 10 },
      network: { egress: compute === "vm" ? "nat" : "nat-per-zone" },
      loadBalancer: { drain: compute === "vm" ? 0 : 10 },
      scaling: [
        { metric: "cpu", target: 60 },
        { metric: "requests", target: 600 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
      ],
    });
    stacks.container = await world.stack(service("container", "container"));
    stacks.vm = await world.stack(service("vm", "vm"));
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  onBoth("is created although the cloud throttles requests and fails some", stacks, async (stack) => {
    for (const action of ["CreateVpc", "CreateRule", "CreateScalingGroup", "CreateRole", "ListServerGroupServers"])
      world.double.faults.add({ action, kind: "throttle-user", times: 1 });
    world.double.faults.add({ action: "CreateLoadBalancer", kind: "unavailable", times: 1 });
    noComplaints(await stack.up());
    const { url, version, files, logs } = await stack.run.outputs();
    assert.match(String(url), /^http:\/\/203\./);
    assert.equal(version, "1.0.0");
    assert.ok(String(files).startsWith(`${stack.name}-files-`) && String(logs).startsWith(`${stack.name}-logs-`));
    assert.deepEqual(world.split(stack.name), { [await release(stack)]: 100 });
  });

  it("received each of these errors", () => {
    const hit = new Set(
      world.double.calls
        .filter(({ result }) => /^(Throttling|ServiceUnavailable)/.test(result))
        .map(({ action }) => action),
    );
    for (const action of [
      "CreateVpc",
      "CreateRule",
      "CreateScalingGroup",
      "CreateRole",
      "ListServerGroupServers",
      "CreateLoadBalancer",
    ])
      assert.ok(hit.has(action), action);
    world.double.faults.clear();
  });

  onBoth("shows no change in a preview after the update", stacks, async (stack) => {
    const run = await stack.preview();
    noComplaints(run);
    assert.deepEqual(plannedChanges(run), []);
  });

  onBoth(
    "releases a new version in order: target group, header rule, group, health, gate, split, and last the deletion of the old group",
    stacks,
    async (stack) => {
      const old = await release(stack);
      const run = await stack.up({ version: "1.1.0", image: image(stack, "2") });
      noComplaints(run);
      const now = await release(stack);
      assert.notEqual(now, old);
      inOrder(run, [
        ["create", "ServerGroup", new RegExp(`${now}$`)],
        ["create", "HeaderRule", new RegExp(`${now}-header-http$`)],
        ["create", "ScalingGroup", new RegExp(`${now}$`)],
        ["create", "HealthyTargets", new RegExp(`${now}-healthy$`)],
        ["create", "Gate", new RegExp(`${now}-gate$`)],
        ["update", "TrafficRule", /-traffic-split-http$/],
        ["delete", "HealthyTargets", new RegExp(`${old}-healthy$`)],
        ["delete", "ScalingGroup", new RegExp(`${old}$`)],
        ["delete", "HeaderRule", new RegExp(`${old}-header-http$`)],
        ["delete", "ServerGroup", new RegExp(`${old}$`)],
      ]);
      const moved = orderOf(run, "update", /-traffic-split-http$/).done;
      assert.ok(
        run.steps.every(({ operation, order }) => operation !== "delete" || order > moved),
        "something was deleted before the traffic had moved",
      );
      assert.deepEqual(world.split(stack.name), { [now]: 100 });
      assert.equal(world.double.plane.send(stack.name, { path: "/" }).body, now);
    },
  );

  onBoth("changes what does not shape an instance in place", stacks, async (stack) => {
    const now = await release(stack);
    const run = await stack.up({
      instances: { min: 3, max: 8 },
      logs: { retentionDays: 7 },
      scaling: [
        { metric: "cpu", target: 50 },
        { schedule: "0 9 * * MON-FRI", min: 2, max: 3 },
      ],
    });
    noComplaints(run);
    const own = `${stack.name}-${now}`;
    assert.deepEqual(
      done(run),
      [
        `delete ScalingRule ${own}-requests`,
        `update Bounds ${own}-bounds`,
        `update ScalingRule ${own}-cpu`,
        `update ScheduledTask ${own}-schedule-1`,
        `update LogStore ${stack.name}-logs`,
        `update Intent ${stack.name}-intent`,
        `update TrafficRule ${stack.name}-traffic-split-http`,
      ].sort(),
    );
    const group = world.double.world.scaling.scalingGroups.find(({ name }) => name.startsWith(own));
    // The schedule has set the bounds that hold, and an update leaves them to it: its last time has passed.
    assert.deepEqual([group?.minSize, group?.maxSize], [4, 12]);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  onBoth("fails at the gate while the app is broken, and the old release keeps all traffic", stacks, async (stack) => {
    const old = await release(stack);
    world.broken.add("2.0.0");
    const run = await stack.up({ version: "2.0.0", image: image(stack, "5") }, { expectFailure: true });
    failedAtGate(run);
    assert.deepEqual(world.split(stack.name), { [old]: 100 });
  });

  onBoth("passes the gate once the app works", stacks, async (stack) => {
    world.broken.delete("2.0.0");
    noComplaints(await stack.up());
    assert.match(Object.keys(world.split(stack.name)).join(), /^2-0-0-[0-9a-f]{6}$/);
  });

  onBoth(
    "fails on unhealthy instances within the time that the plan promises without a gate, and the old release keeps all traffic",
    stacks,
    async (stack) => {
      const old = await release(stack);
      world.double.world.outcomeOf = ({ groupName }) => (groupName.includes("-3-0-0-") ? "never-healthy" : "serves");
      const run = await stack.up(
        { version: "3.0.0", image: image(stack, "6"), gate: { from: "none" } },
        { expectFailure: true, env: clockSpeed(fasterWaits) },
      );
      failedUnhealthy(run, groupSeconds, stack.service.compute);
      assert.deepEqual(world.split(stack.name), { [old]: 100 });
    },
  );

  onBoth("leaves no resource in the state after destroy", stacks, async (stack) => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
  });

  it("leaves nothing in the cloud after destroy", () => {
    assert.deepEqual(world.double.inventory(), {});
  });

  it("sent no request that the cloud's API would reject as malformed", () => {
    assert.deepEqual(world.double.invalidRequests, []);
  });
});
