/**
 * Faults during an update on Alibaba Cloud: the engine is killed, calls are throttled, requests and answers are lost.
 * The old release keeps the traffic. An update is mostly waiting by the provider, so four services run through their
 * faults in parallel.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import type { InjectedFault } from "../../packages/alicloud-double/src";
import { AlicloudWorld } from "./support/alicloud-world";
import { Chain } from "./support/alicloud-chain";
import { done, failure, noComplaints } from "./support/checks";
import { plannedChanges, type Step } from "./support/engine-events";

const image = {
  container: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
  vm: `m-bp1${"1".repeat(17)}`,
};
const common: Omit<ServiceArgs, "name" | "compute" | "image"> = {
  version: "1.0.0",
  instances: { min: 2, max: 6 },
  health: { startWithin: 10 },
  network: { egress: "endpoints" },
  loadBalancer: { drain: 0 },
  scaling: [{ metric: "cpu", target: 60 }],
};

describe("engine: faults during an update on Alibaba Cloud", () => {
  const killed = new Chain("a killed engine"),
    throttled = new Chain("a release under faults"),
    refused = new Chain("a release that fails"),
    lost = new Chain("a lost answer");
  const chains = { killed, throttled, refused, lost };

  before(async function () {
    // One double per chain, so that a fault hits only the chain it is meant for.
    for (const [name, chain] of Object.entries(chains)) {
      const compute = chain === killed || chain === refused ? "container" : "vm";
      await chain.begin(await AlicloudWorld.start(this, "cn-hangzhou"), {
        ...common,
        name,
        compute,
        image: image[compute],
      });
    }
  });

  after(async () => {
    for (const chain of Object.values(chains)) await chain.close();
  });

  // The engine is killed while the `unanswered` requests are open: sent, but not carried out. By then all earlier
  // resources are in the state; a step that is only reported as done may not be.
  const kills: {
    at: string;
    version: string;
    unanswered: RegExp;
    when: (step: Step) => boolean;
    expectedShares: Record<string, number>;
  }[] = [
    {
      // Of the network only the VPC is created, and a security group whose id never reaches the engine.
      at: "while it creates the network",
      version: "1.0.0",
      unanswered: /^(CreateVSwitch|DescribeSecurityGroupAttribute)$/,
      expectedShares: {},
      when: () => killed.isUnanswered("DescribeSecurityGroupAttribute"),
    },
    {
      at: "while it creates the group",
      version: "1.1.0",
      unanswered: /^CreateEciScalingConfiguration$/,
      when: () => killed.isUnanswered("CreateEciScalingConfiguration"),
      expectedShares: { "1.0.0": 100 },
    },
    {
      at: "at the gate",
      version: "1.1.0",
      unanswered: /^$/,
      when: (step) => step.name.endsWith("-gate") && step.phase === "start" && step.operation === "create",
      expectedShares: { "1.0.0": 100 },
    },
    {
      at: "before the split",
      version: "1.1.0",
      unanswered: /^UpdateRuleAttribute$/,
      when: () => killed.isUnanswered("UpdateRuleAttribute"),
      expectedShares: { "1.0.0": 100 },
    },
  ];
  kills.forEach(({ at, version, unanswered, when, expectedShares }, index) => {
    killed.step(`leaves the traffic as it is when killed ${at}`, async ({ stack, double, shares }) => {
      // Each update continues where the killed one stopped, and is itself killed further on or completes.
      if (index === 1) await stack.up();
      double.faults.add({ action: unanswered, kind: "hang" });
      stack.set({ version });
      const run = await stack.run.killedUp(when);
      assert.equal(run.exitCode, null);
      assert.deepEqual(shares(), expectedShares);
      double.faults.clear();
      await stack.run.cancel();
    });
  });

  killed.step("needs only cancel and up to complete the update", async ({ stack, shares }) => {
    await stack.up();
    assert.deepEqual(shares(), { "1.1.0": 100 });
  });

  killed.step("has removed by then what the cloud had created and the state did not know", ({ double }) => {
    const { securityGroups } = double.world.network;
    assert.deepEqual(
      securityGroups.all().map(({ name }) => name),
      ["killed-instances"],
    );
    return Promise.resolve();
  });

  throttled.step(
    "succeeds although calls are throttled, slow or lost, where the provider retries",
    async ({ stack, double, shares }) => {
      await stack.up();
      const faults: [InjectedFault["kind"], string[]][] = [
        [
          "throttle-user",
          [
            "CreateServerGroup",
            "ListServerGroups",
            "CreateLaunchTemplate",
            "ListRules",
            "CreateScalingGroup",
            "ListServerGroupServers",
            "UpdateRuleAttribute",
          ],
        ],
        ["lose", ["CreateRule", "GetListenerHealthStatus"]],
        ["drop", ["DeleteServerGroup", "DeleteRule"]],
      ];
      const from = double.calls.length;
      for (const [kind, actions] of faults)
        for (const action of actions) double.faults.add({ kind, action, times: 1 } as InjectedFault);
      double.faults.add({ kind: "slow", milliseconds: 3000, action: "EnableScalingGroup", times: 1 });
      noComplaints(await stack.up({ version: "1.1.0" }));
      const failed = new Set(
        double.calls
          .slice(from)
          .filter(({ result, lost: unanswered }) => result !== "ok" || unanswered)
          .map(({ action }) => action),
      );
      assert.deepEqual([...failed].sort(), faults.flatMap(([, actions]) => actions).sort());
      assert.deepEqual(shares(), { "1.1.0": 100 });
      assert.equal(double.world.scaling.scalingGroups.size, 1);
      assert.deepEqual(plannedChanges(await stack.preview()), []);
    },
  );

  refused.step(
    "fails the update when a call for its group is throttled, and the old release keeps the traffic",
    async ({ stack, double, shares }) => {
      await stack.up();
      const from = double.calls.length;
      // The provider's own read of the group that it has just created: it does not repeat that one.
      const isCreated = () => double.calls.slice(from).some(({ action }) => action === "CreateScalingGroup");
      double.faults.add({ action: "DescribeScalingGroups", kind: "throttle-user", when: isCreated, times: 1 });
      const run = await stack.up({ version: "1.1.0" }, { expectFailure: true });
      assert.match(failure(run).name, /-1-1-0-[0-9a-f]{6}$/);
      assert.match(failure(run).message, /Throttling\.User/);
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step(
    "continues with --refresh, and fails the update when the cloud refuses the traffic split",
    async ({ stack, double, shares }) => {
      double.faults.add({
        action: "UpdateRuleAttribute",
        kind: "refuse",
        code: "OperationDenied.RuleLocked",
        status: 403,
        times: 1,
      });
      const run = await stack.up({}, { expectFailure: true, flags: ["--refresh"] });
      assert.match(failure(run).name, /-traffic-split-http$/);
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step(
    "fails the update without deleting anything when the split is reverted from outside, and the message says what to do",
    async ({ stack, double, shares }) => {
      const rule =
        double.world.balancing.rules.find(({ name }) => name.endsWith("-traffic-split-http")) ?? assert.fail();
      const { actions } = rule;
      const watch = setInterval(() => {
        if (rule.actions !== actions) rule.actions = actions;
      }, 50);
      const run = await stack.up({}, { expectFailure: true }).finally(() => {
        clearInterval(watch);
      });
      assert.match(failure(run).name, /-traffic-split-http$/);
      assert.match(failure(run).message, /Nothing was deleted; the next update sets it again/);
      assert.deepEqual(
        done(run).filter((step) => step.startsWith("delete")),
        [],
      );
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step("completes with --refresh", async ({ stack, shares }) => {
    await stack.up({}, { flags: ["--refresh"] });
    assert.deepEqual(shares(), { "1.1.0": 100 });
  });

  lost.step(
    "fails the update after a group was created; the group gets no traffic and no instance",
    async ({ stack, double, shares }) => {
      await stack.up();
      double.faults.add({ action: "CreateScalingGroup", kind: "lose", times: 1 });
      const run = await stack.up({ version: "1.1.0" }, { expectFailure: true });
      assert.match(failure(run).message, /InvalidScalingGroupName\.Duplicate/);
      const { scalingGroups, instances } = double.world.scaling;
      const orphan = scalingGroups.find(({ name }) => name.includes("-1-1-0-"));
      assert.equal(orphan?.state, "Inactive");
      assert.deepEqual(
        instances.where(({ groupId }) => groupId === orphan.id),
        [],
      );
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  lost.step("is itself killed after a rule was created, which the state does not know", async ({ stack, double }) => {
    stack.set({ version: "1.2.0" });
    const rule = () => double.world.balancing.rules.find(({ name }) => /-1-2-0-.*-header-http$/.test(name));
    await stack.run.killedUp(() => rule() !== undefined);
    await stack.run.cancel();
    assert.ok(rule());
    assert.ok(!double.world.scaling.scalingGroups.find(({ name }) => name.includes("-1-1-0-")), "the group is left");
  });

  lost.step("needs only another update", async ({ stack, double, shares }) => {
    await stack.up();
    assert.deepEqual(shares(), { "1.2.0": 100 });
    assert.equal(double.world.scaling.scalingGroups.size, 1);
    assert.equal(double.world.balancing.rules.where(({ name }) => name.includes("-header-")).length, 1);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  for (const chain of Object.values(chains)) chain.endsEmpty();
});
