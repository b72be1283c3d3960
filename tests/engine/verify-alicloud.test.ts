/** `npm run verify` on a service on the double of Alibaba Cloud: a healthy one, and each kind of defect. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import type { AlicloudDouble } from "../../packages/alicloud-double/src";
import { AlicloudWorld } from "./support/alicloud-world";
import type { CommandResult } from "./support/processes";
import { type VerifyReport, fileToken, named, recordOf, row, verify } from "./support/verify";
import type { ServiceStack } from "./support/world";

const digest = `sha256:${"1".repeat(64)}`;
const registry = { id: "cri-0123456789abcdef", name: "books" };

describe("engine: npm run verify on Alibaba Cloud", function () {
  this.timeout(240_000);
  let world: AlicloudWorld, stack: ServiceStack;
  let fresh: VerifyReport & CommandResult;
  let outputs: Record<string, unknown>, record: string[];
  const app = { mayWrite: true };

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou", { fresh: true });
    const { instances, repositories } = world.double.world.registries;
    instances.set(registry.id, { ...registry, lifecycleRules: [] });
    const tags = new Map([["r1", "1".repeat(64)]]);
    const repository = { id: "crr-1", instanceId: registry.id, namespace: "team", name: "app", tags, immutable: true };
    repositories.set(repository.id, repository);
    const service: ServiceArgs = {
      name: "shop",
      compute: "container",
      version: "1.0.0",
      image: `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app@${digest}`,
      alicloud: { registry: registry.id },
      network: { egress: "endpoints" },
      instances: { min: 2, max: 6 },
      files: { whenRemoved: "delete" },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 6 },
      ],
    };
    stack = await world.stack(service);
    stack.set({});
    fresh = await verify(stack, ["--prerequisites"]);
    world.double.activate();
    await stack.up();
    outputs = await stack.run.outputs();
    record = await recordOf(stack);
    for (const { name } of world.double.world.balancing.serverGroups.all())
      world.double.plane.setHandler(name, respond);
    logs().push({ store: "app", time: new Date(), content: "a request" });
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /** As the example app responds. */
  const respond: NonNullable<Parameters<AlicloudDouble["plane"]["setHandler"]>[1]> = ({ path, headers, release }) => {
    if (path !== "/verify/files") return { status: 200, body: JSON.stringify({ release }) };
    if (headers?.authorization !== `Bearer ${fileToken}`) return { status: 401 };
    return app.mayWrite
      ? { status: 200, body: '{"written":["bucket"],"logged":true}' }
      : { status: 502, body: "AccessDenied" };
  };
  /** The output is `PROJECT/STORE`. */
  const project = () =>
    world.double.world.projects.get(String(outputs.logs).split("/")[0]) ?? assert.fail("no project");
  const logs = () => project().lines;
  const check = (more: readonly string[] = []) =>
    verify(stack, ["--url", stack.service.gate?.url ?? "", ...record, ...more]);

  /** What seeds the defect that each check finds. */
  function defects(): Record<string, () => void> {
    const { balancing, network, scaling, buckets, registries, productQuotas } = world.double.world;
    const limit = (kind: string) => {
      const quota = productQuotas.find(({ code }) => code === kind) ?? assert.fail(kind);
      quota.used = quota.limit;
    };
    const rule = (name: string) => balancing.rules.find((one) => one.name === name) ?? assert.fail(name);
    return {
      address: () => {
        const own = balancing.serverGroups.get(String(outputs.targetGroup)) ?? assert.fail("no server group");
        const tags = new Map([...own.tags, ["release", "9-9-9-other"]]);
        balancing.serverGroups.put("sgp-other", { ...own, id: "sgp-other", name: "other", tags });
        world.double.plane.setHandler("other", respond);
        const split = rule("shop-traffic-split-http");
        split.actions = forwardTo("sgp-other");
        const rules = balancing.rules.where(({ listenerId }) => listenerId === split.listenerId);
        world.double.world.ruleHistory.record(split.listenerId, Date.now(), rules);
      },
      "traffic split": () => undefined,
      "X-Release needs the key": () => {
        const header = balancing.rules.find(({ name }) => name.includes("-header-")) ?? assert.fail("no header rule");
        const anyRelease = [{ Type: "Header", HeaderConfig: { Key: "X-Release", Values: ["*"] } }];
        balancing.rules.put("rule-other", { ...header, id: "rule-other", name: "other", conditions: anyRelease });
      },
      logs: () => {
        logs().length = 0;
      },
      "bounds of the groups": () => {
        for (const group of scaling.scalingGroups.all()) Object.assign(group, { minSize: 1, maxSize: 2 });
      },
      "triggers and schedules": () => {
        for (const task of scaling.scheduledTasks.all()) task.settings["RecurrenceValue"] = "0 1 * * 1,2,3,4,5";
      },
      "admitted: the instances": () => {
        const group = network.securityGroups.get(String(outputs.securityGroupId)) ?? assert.fail("no group");
        const [first = assert.fail("no rule")] = group.rules;
        group.rules.push({ ...first, SourceCidrIp: "0.0.0.0/0", PortRange: "22/22" });
      },
      listeners: () => {
        const [first = assert.fail("no listener")] = balancing.listeners.all();
        balancing.listeners.put("lsn-other", { ...first, id: "lsn-other", port: 8080 });
      },
      "the bucket blocks public access": () => {
        const bucket = buckets.get(String(outputs.files)) ?? assert.fail("no bucket");
        bucket.configurations.delete("publicAccessBlock");
      },
      "the log project is not public": () => {
        project().policy =
          '{"Version":"1","Statement":[{"Effect":"Allow","Principal":["*"],"Action":["log:GetLogs"]}]}';
      },
      "images in use stay": () => {
        const rules = registries.instances.get(registry.id)?.lifecycleRules;
        rules?.push({ Auto: true, Scope: "REPO", NamespaceName: "team", RepoName: "app", RetentionTagCount: 1 });
      },
      "images in use are marked": () => {
        const tags = registries.repositories.get("crr-1")?.tags ?? assert.fail("no repository");
        for (const tag of tags.keys()) if (tag.startsWith("live-")) tags.delete(tag);
      },
      "room for a release: vCPUs": () => {
        limit("q_eci_vcpu");
      },
      "room for a release: load balancer": () => {
        limit("q_alb_rules");
      },
      "room for a release: scheduled tasks": () => {
        limit("q_ess_scheduled_tasks");
      },
      "files by the app's role": () => {
        app.mayWrite = false;
      },
    };
  }

  const forwardTo = (serverGroupId: string) => [
    {
      Type: "ForwardGroup",
      Order: 1,
      ForwardGroupConfig: { ServerGroupTuples: [{ ServerGroupId: serverGroupId, Weight: 100 }] },
    },
  ];

  it("finds what a fresh account lacks", () => {
    assert.deepEqual(named(fresh, "fail"), [
      ...["Simple Log Service", "OSS", "Elastic Container Instance", "Container Registry"].map(
        (product) => `activated: ${product}`,
      ),
      ...["AutoScaling", "Alb", "ECI"].map((name) => `role: AliyunServiceRoleFor${name}`),
    ]);
    assert.equal(fresh.exitCode, 1);
    assert.match(row(fresh, "role: AliyunServiceRoleForECI").remedy ?? "", /--ServiceName eci\.aliyuncs\.com$/);
    assert.deepEqual(named(fresh, "pass"), ["account", "quota: vCPUs"]);
  });

  it("passes, with nothing that it could not see", async () => {
    // Without files: pulumi prints outputs, state and configuration.
    const report = await verify(stack, ["--url", stack.service.gate?.url ?? ""]);
    assert.deepEqual(
      report.checks.filter(({ result }) => result !== "pass"),
      [],
    );
    assert.equal(report.exitCode, 0);
    assert.ok(report.seconds < 60, `${report.seconds} s`);
    assert.deepEqual(world.double.invalidRequests, []);
  });

  it("kills one instance and sees it replaced", async () => {
    const report = await check(["--disrupt", "shop"]);
    assert.match(
      row(report, "a lost instance is replaced").saw,
      /was replaced after \d+ s; \d+ of \d+ requests failed/,
    );
  });

  it("finds a defect of each kind", async () => {
    for (const seed of Object.values(defects())) seed();
    const report = await check();
    assert.equal(report.exitCode, 1);
    assert.deepEqual(named(report, "fail").sort(), Object.keys(defects()).sort());
    for (const { result, remedy } of report.checks) assert.ok(result !== "fail" || remedy, "what to do");
  });
});
