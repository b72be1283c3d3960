/**
 * What goes wrong around an update on Alibaba Cloud: the engine dies, the cloud throttles, requests and answers are lost. The old release
 * keeps the traffic. Most of an update is the provider's own waiting, so four services live through their faults at the same time.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import type { Trouble } from "../../packages/alicloud-double/src";
import { AlicloudWorld } from "./support/alicloud-world";
import { Chain } from "./support/alicloud-chain";
import { done, failure, noComplaints } from "./support/checks";
import { failures, plannedChanges, type Step } from "./support/engine-events";

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

describe("engine: faults on Alibaba Cloud", function () {
  this.timeout(300_000);
  const killed = new Chain("a killed engine"),
    throttled = new Chain("a service that survives"),
    refused = new Chain("a split that fails"),
    lost = new Chain("a lost answer");
  const chains = { killed, throttled, refused, lost };

  before(async function () {
    // A cloud of its own for each, so that a fault strikes where it was meant to.
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

  // The engine dies while the requests named here are under way, sent and not carried out. What came before them is in the state by then,
  // and a step that is only reported as done is not there yet.
  const kills: {
    at: string;
    version: string;
    hangs: RegExp;
    when: (step: Step) => boolean;
    holds: Record<string, number>;
  }[] = [
    {
      // Only the security group is created, and its id never reaches the engine.
      at: "in the middle of the network",
      version: "1.0.0",
      hangs: /^Create(?!Vpc$|SecurityGroup$)|^DescribeSecurityGroupAttribute$/,
      holds: {},
      when: () => killed.hangs("DescribeSecurityGroupAttribute"),
    },
    {
      at: "after the group",
      version: "1.1.0",
      hangs: /^CreateEciScalingConfiguration$/,
      when: () => killed.hangs("CreateEciScalingConfiguration"),
      holds: { "1.0.0": 100 },
    },
    {
      at: "at the gate",
      version: "1.1.0",
      hangs: /^$/,
      when: (step) => step.name.endsWith("-gate") && step.phase === "start" && step.operation === "create",
      holds: { "1.0.0": 100 },
    },
    {
      at: "before the split",
      version: "1.1.0",
      hangs: /^UpdateRuleAttribute$/,
      when: () => killed.hangs("UpdateRuleAttribute"),
      holds: { "1.0.0": 100 },
    },
  ];
  kills.forEach(({ at, version, hangs, when, holds }, index) => {
    killed.step(`an engine killed ${at}`, async ({ stack, double, shares }) => {
      // The update that follows a kill is itself killed further on, or comes to its end: it goes on where the last one stopped.
      if (index === 1) await stack.up();
      double.faults.add({ action: hangs, kind: "hang" });
      stack.set({ version });
      const run = await stack.run.killedUp(when);
      assert.equal(run.exitCode, null);
      assert.deepEqual(shares(), holds);
      double.faults.clear();
      await stack.run.cancel();
    });
  });

  killed.step("cancel and update are enough after each of them", async ({ stack, shares }) => {
    await stack.up();
    assert.deepEqual(shares(), { "1.1.0": 100 });
  });

  killed.step(
    "what the cloud had made and the state never heard of is named as pending, and is nobody's any more",
    async ({ stack, double }) => {
      const { securityGroups } = double.world.network;
      const named = ((await stack.run.exportState()).deployment.pending_operations ?? []).map(({ resource }) =>
        resource.urn.split("::").at(-1),
      );
      assert.ok(named.includes("killed-instances"), named.join());
      const orphans = securityGroups.where(({ name, rules }) => name === "killed-instances" && rules.length === 0);
      assert.deepEqual([securityGroups.size, orphans.length], [2, 1]);
      // By hand: the network could not be deleted around it.
      for (const { id } of orphans) securityGroups.remove(id);
      await stack.run.refresh({ flags: ["--clear-pending-creates"] });
      assert.deepEqual((await stack.run.exportState()).deployment.pending_operations ?? [], []);
    },
  );

  throttled.step(
    "throttling, failures, and lost requests and answers during a release are survived where the provider asks again",
    async ({ stack, double, shares }) => {
      await stack.up();
      const strikes: [Trouble["kind"], string[]][] = [
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
      for (const [kind, actions] of strikes)
        for (const action of actions) double.faults.add({ kind, action, times: 1 } as Trouble);
      double.faults.add({ kind: "slow", milliseconds: 3000, action: "EnableScalingGroup", times: 1 });
      noComplaints(await stack.up({ version: "1.1.0" }));
      const struck = new Set(
        double.calls
          .slice(from)
          .filter(({ result, lost: unanswered }) => result !== "ok" || unanswered)
          .map(({ action }) => action),
      );
      assert.deepEqual([...struck].sort(), strikes.flatMap(([, actions]) => actions).sort());
      assert.deepEqual(shares(), { "1.1.0": 100 });
      assert.equal(double.world.scaling.scalingGroups.size, 1);
      assert.deepEqual(plannedChanges(await stack.preview()), []);
    },
  );

  refused.step(
    "a group that is throttled while it is made fails the update, and the old release keeps the traffic",
    async ({ stack, double, shares }) => {
      await stack.up();
      double.faults.add({ action: "DescribeScalingGroups", kind: "throttle-user", times: 1 });
      const run = await stack.up({ version: "1.1.0" }, { expectFailure: true });
      assert.match(failure(run).name, /-1-1-0-[0-9a-f]{6}$/);
      assert.match(failure(run).message, /Throttling\.User/);
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step(
    "with --refresh it is made good, up to a split that the cloud refuses",
    async ({ stack, double, shares }) => {
      double.faults.add({
        action: "UpdateRuleAttribute",
        kind: "refuse",
        code: "OperationDenied.RuleLocked",
        status: 403,
        times: 1,
      });
      const run = await stack.up({}, { expectFailure: true, flags: ["--refresh"] });
      assert.match(failure(run).name, /-traffic-split$/);
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step(
    "and a split that somebody takes back while it moves: nothing is deleted, and the message says what to do",
    async ({ stack, double, shares }) => {
      const rule = double.world.balancing.rules.find(({ name }) => name.endsWith("-traffic-split")) ?? assert.fail();
      const { actions } = rule;
      // The provider waits for seconds before it looks whether the rule has changed.
      const watch = setInterval(() => {
        if (rule.actions !== actions) rule.actions = actions;
      }, 50);
      const run = await stack.up({}, { expectFailure: true }).finally(() => {
        clearInterval(watch);
      });
      assert.match(failure(run).name, /-traffic-split-check$/);
      assert.match(failure(run).message, /run pulumi up --refresh/);
      assert.deepEqual(
        done(run).filter((step) => step.startsWith("delete")),
        [],
      );
      assert.deepEqual(shares(), { "1.0.0": 100 });
    },
  );

  refused.step("which --refresh moves for good", async ({ stack, shares }) => {
    await stack.up({}, { flags: ["--refresh"] });
    assert.deepEqual(shares(), { "1.1.0": 100 });
  });

  lost.step(
    "a group whose answer was lost fails the update, and takes no traffic and no instance",
    async ({ stack, double, shares }) => {
      await stack.up();
      double.faults.add({ action: "CreateScalingGroup", kind: "lose", times: 1 });
      const run = await stack.up({ version: "1.1.0" }, { expectFailure: true });
      assert.match(failure(run).message, /InvalidScalingGroupName\.Duplicate/);
      const { scalingGroups, instances } = double.world.scaling;
      const unknown = scalingGroups.find(({ name }) => name.includes("-1-1-0-"));
      assert.equal(unknown?.state, "Inactive");
      assert.deepEqual(
        instances.where(({ groupId }) => groupId === unknown.id),
        [],
      );
      assert.deepEqual(shares(), { "1.0.0": 100 });
      // By hand, as the message names it.
      scalingGroups.remove(unknown.id);
    },
  );

  lost.step(
    "with that one deleted by hand, an engine that dies while a rule is being made leaves one more",
    async ({ stack, double, shares }) => {
      stack.set({ version: "1.2.0" });
      const rule = () => double.world.balancing.rules.find(({ name }) => /-1-2-0-.*-header$/.test(name));
      // The provider waits for seconds before it reports the rule as created.
      await stack.run.killedUp(() => rule() !== undefined);
      await stack.run.cancel();
      const run = await stack.up({}, { expectFailure: true });
      assert.deepEqual(
        failures(run).map(({ name }) => name.replace(/[0-9a-f]{6}/, "")),
        ["lost-1-2-0--header"],
      );
      assert.match(failure(run).message, /Conflict\.Priority/);
      assert.deepEqual(shares(), { "1.0.0": 100 });
      const orphan = rule();
      if (orphan) double.world.balancing.rules.remove(orphan.id);
    },
  );

  lost.step("and with that rule deleted by hand the update comes through", async ({ stack, shares }) => {
    await stack.up();
    assert.deepEqual(shares(), { "1.2.0": 100 });
  });

  for (const chain of Object.values(chains)) chain.endsEmpty();
});
