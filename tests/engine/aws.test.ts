/** The program on the real engine and the real AWS provider, against an emulator. Instances are simulated; no container runs. */
import assert from "node:assert/strict";
import { groupSeconds } from "../../components/clouds/aws/timings";
import type { ServiceArgs } from "../../components/spec";
import { type Both, onBoth } from "./support/both";
import { changed, done, inOrder, noComplaints } from "./support/checks";
import { Cloud } from "./support/cloud";
import { orderOf, plannedChanges } from "./support/engine-events";
import { failedAtGate, failedUnhealthy, fasterWaits } from "./support/failed-release";
import { SimulatedReleases } from "./support/simulated-releases";
import { World, type ServiceStack } from "./support/world";
import { clockSpeed } from "../support/clock";

const digest = (digit: string) => `registry.test/app@sha256:${digit.repeat(64)}`;
const images = { container: (digit: string) => digest(digit), vm: (digit: string) => `ami-${digit.repeat(17)}` };

describe("engine: a service on AWS", () => {
  const stacks = {} as Both;
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud;
  let empty: string[];
  const image = ({ service }: ServiceStack, digit: string) => images[service.compute](digit);
  /** The id of a stack's current release. */
  const release = async ({ run }: ServiceStack) => String((await run.outputs()).release);

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    world.sources = true;
    await simulated.startIn(world);
    cloud = new Cloud(world.emulator, world.gateway);
    empty = await cloud.inventory();
    const service = (name: string, compute: keyof Both): ServiceArgs => ({
      name,
      compute,
      version: "1.0.0",
      image: images[compute]("1"),
      instances: { min: 2, max: 6 },
      files: { whenRemoved: "delete" },
      logs: { whenRemoved: "delete" },
      gate: { url: simulated.url, answers: 2, within: 50 },
      health: { startWithin: 10 },
      network: { egress: compute === "vm" ? "nat" : "nat-per-zone" },
      scaling: [
        { metric: "cpu", target: 60 },
        { metric: "requests", target: 600 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
      ],
    });
    stacks.container = await world.stack(service("container", "container"));
    stacks.vm = await world.stack(service("vm", "vm"));
  });

  onBoth("is created, and reads the health of its instances from the cloud's API", stacks, async (stack) => {
    noComplaints(await stack.up());
    const { url, version, files, logs } = await stack.run.outputs();
    assert.match(String(url), new RegExp(`^http://${stack.name}-`));
    assert.equal(version, "1.0.0");
    assert.ok(typeof files === "string" && typeof logs === "string");
    assert.deepEqual(await cloud.split(stack.name), { [await release(stack)]: 100 });
    assert.ok(
      world.gateway.calls.some(
        ({ action, parameters }) =>
          action === "DescribeTargetHealth" && String(parameters.TargetGroupArn).includes(`/${stack.name}-`),
      ),
    );
    assert.ok(simulated.requestedReleases.includes(await release(stack)));
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
      const preview = await stack.preview({ version: "1.1.0", image: image(stack, "2") });
      assert.deepEqual(
        plannedChanges(preview)
          .filter(({ type }) => type.startsWith("immutable:"))
          .map(({ operation, type }) => `${operation} ${type.split(":").at(-1) ?? ""}`)
          .sort(),
        ["create Release", "delete Release", "update ImmutableService"],
      );
      const run = await stack.up();
      noComplaints(run);
      const now = await release(stack);
      assert.notEqual(now, old);
      const group = stack.service.compute === "vm" ? "Group" : "Service";
      inOrder(run, [
        ["create", "TargetGroup", new RegExp(`${now}$`)],
        ["create", "HeaderRule", new RegExp(`${now}-header-http$`)],
        ["create", group, new RegExp(`${now}$`)],
        ["create", "HealthyTargets", new RegExp(`${now}-healthy$`)],
        ["create", "Gate", new RegExp(`${now}-gate$`)],
        ["update", "TrafficRule", /-traffic-split-http$/],
        ["delete", group, new RegExp(`${old}$`)],
        ["delete", "HeaderRule", new RegExp(`${old}-header-http$`)],
        ["delete", "TargetGroup", new RegExp(`${old}$`)],
      ]);
      const moved = orderOf(run, "update", /-traffic-split-http$/).done;
      assert.ok(
        run.steps.every(({ operation, order }) => operation !== "delete" || order > moved),
        "something was deleted before the traffic had moved",
      );
      assert.deepEqual(await cloud.split(stack.name), { [now]: 100 });
    },
  );

  onBoth(
    "updates what does not shape an instance in place, and keeps the number of instances that triggers have set",
    stacks,
    async (stack) => {
      const now = await release(stack);
      if (stack.service.compute === "vm") {
        const [group] = await cloud.machineGroups(stack.name);
        await world.emulator.query("autoscaling", "2011-01-01", "SetDesiredCapacity", {
          AutoScalingGroupName: group?.AutoScalingGroupName ?? "",
          DesiredCapacity: "5",
        });
      }
      const run = await stack.up({
        instances: { min: 3, max: 8 },
        logs: { retentionDays: 7, whenRemoved: "delete" },
        scaling: [
          { metric: "cpu", target: 50 },
          { schedule: "0 9 * * MON-FRI", min: 2, max: 3 },
        ],
      });
      noComplaints(run);
      const own = `${stack.name}-${now}`;
      // A machine's schedule is named by its time, so another time is another one.
      const schedules =
        stack.service.compute === "vm"
          ? ["create Schedule", "delete Schedule"]
          : [`update ScheduledAction ${own}-schedule-1`];
      assert.deepEqual(
        done(run).map((step) => step.replace(/( Schedule) .*$/, "$1")),
        [
          `delete Policy ${own}-requests`,
          `update Bounds ${own}-bounds`,
          `update Intent ${stack.name}-intent`,
          `update LogStore ${stack.name}-logs`,
          `update Policy ${own}-cpu`,
          ...schedules,
          `update TrafficRule ${stack.name}-traffic-split-http`,
        ].sort(),
      );
      assert.ok(run.seconds < 60, `took ${run.seconds} s`);
      // The schedule has set the bounds that hold, and an update leaves them to it: its last time has passed.
      if (stack.service.compute === "vm") {
        const [group] = await cloud.machineGroups(stack.name);
        assert.deepEqual([group?.MinSize, group?.MaxSize, group?.DesiredCapacity], [4, 12, 5]);
      } else {
        const [target] = world.gateway.applicationAutoScaling.targets;
        assert.deepEqual([target?.MinCapacity, target?.MaxCapacity], [4, 12]);
      }
      assert.deepEqual(plannedChanges(await stack.preview()), []);
    },
  );

  onBoth("makes a new release for every field that shapes an instance", stacks, async (stack) => {
    const { version } = stack.service;
    const like = { version, image: image(stack, "2"), weight: 0 };
    const variants = [
      { ...like, image: image(stack, "3") },
      { ...like, architecture: "arm64" as const },
      { ...like, port: 9090 },
      { ...like, size: { cpu: 1, memoryGiB: 4 } },
      { ...like, disk: { sizeGiB: 30 } },
      { ...like, environment: { A: "1" } },
      { ...like, secrets: { S: "arn:aws:ssm:us-east-1:123456789012:parameter/s" } },
      stack.service.compute === "container"
        ? { ...like, command: ["node", "other.js"] }
        : { ...like, aws: { rootDevice: "/dev/sda1" } },
    ];
    const group = stack.service.compute === "vm" ? "Group" : "Service";
    const own = `${stack.name}-${await release(stack)}`;
    // A stack file has at most four releases beside its own.
    for (const releases of [variants.slice(0, 4), variants.slice(4)]) {
      const run = await stack.preview({ releases });
      noComplaints(run);
      const planned = changed(plannedChanges(run));
      assert.equal(
        planned.filter((step) => step.startsWith(`create ${group} ${stack.name}-`)).length,
        4,
        planned.join("\n"),
      );
      assert.deepEqual(
        planned.filter((step) => step.startsWith("delete") || step.includes(own)),
        [],
      );
    }
    stack.set({ releases: [] });
  });

  onBoth(
    "splits traffic with a canary, changes the weights in place, and returns to one release",
    stacks,
    async (stack) => {
      const { version } = stack.service;
      const before = image(stack, "2");
      assert.equal(stack.service.image, before);
      const old = await release(stack);
      const canary = await stack.up({
        version: "1.2.0",
        image: image(stack, "4"),
        releases: [{ version, image: before, weight: 90 }],
      });
      noComplaints(canary);
      const now = await release(stack);
      assert.deepEqual(await cloud.split(stack.name), { [now]: 10, [old]: 90 });
      assert.deepEqual(
        done(canary).filter((step) => step.includes(old) || step.startsWith("delete")),
        [],
      );
      const half = await stack.up({ releases: [{ version, image: before, weight: 50 }] });
      assert.deepEqual(done(half), [
        `update Intent ${stack.name}-intent`,
        `update TrafficRule ${stack.name}-traffic-split-http`,
      ]);
      assert.deepEqual(await cloud.split(stack.name), { [now]: 50, [old]: 50 });
      await stack.up({ releases: [] });
      assert.deepEqual(await cloud.split(stack.name), { [now]: 100 });
      const split = await cloud.splitRule(stack.name);
      assert.ok(split?.Actions?.[0]?.TargetGroupArn);
      assert.deepEqual(plannedChanges(await stack.preview()), []);
    },
    // The traffic tests have a canary on both computes.
    ["container"],
  );

  onBoth("fails at the gate while the app is broken, and the old release keeps all traffic", stacks, async (stack) => {
    const old = await release(stack);
    simulated.broken.add("2.0.0");
    const run = await stack.up({ version: "2.0.0", image: image(stack, "5") }, { expectFailure: true });
    failedAtGate(run);
    assert.deepEqual(await cloud.split(stack.name), { [old]: 100 });
  });

  onBoth("passes the gate once the app works", stacks, async (stack) => {
    simulated.broken.delete("2.0.0");
    const run = await stack.up();
    noComplaints(run);
    assert.match(Object.keys(await cloud.split(stack.name)).join(), /^2-0-0-[0-9a-f]{6}$/);
  });

  onBoth(
    "fails on unhealthy instances within the time that the plan promises without a gate, and the old release keeps all traffic",
    stacks,
    async (stack) => {
      const old = await release(stack);
      simulated.unhealthy.add("3.0.0");
      const run = await stack.up(
        { version: "3.0.0", image: image(stack, "6"), gate: { from: "none" } },
        { expectFailure: true, env: clockSpeed(fasterWaits) },
      );
      const message = failedUnhealthy(run, groupSeconds, stack.service.compute);
      assert.match(message, /3-0-0-[0-9a-f]{6}.* \(Target\.ResponseCodeMismatch\)/);
      assert.deepEqual(await cloud.split(stack.name), { [old]: 100 });
    },
  );

  onBoth("removes a failed release when the change is reverted", stacks, async (stack) => {
    const old = Object.keys(await cloud.split(stack.name)).join();
    const run = await stack.up({
      version: "2.0.0",
      image: image(stack, "5"),
      gate: { url: simulated.url, answers: 2, within: 50 },
    });
    noComplaints(run);
    assert.deepEqual(await cloud.split(stack.name), { [old]: 100 });
    const own = [`update Intent ${stack.name}-intent`, `update TrafficRule ${stack.name}-traffic-split-http`];
    assert.ok(
      done(run).every((step) => own.includes(step) || (step.startsWith("delete") && step.includes("3-0-0"))),
      done(run).join("\n"),
    );
  });

  onBoth("leaves no resource in the state after destroy", stacks, async (stack) => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
  });

  it("leaves nothing in the cloud after destroy", async () => {
    const { targets, policies, scheduledActions } = world.gateway.applicationAutoScaling;
    assert.deepEqual([targets, policies, scheduledActions], [[], [], []]);
    assert.deepEqual(await cloud.inventory(), empty);
  });
});
