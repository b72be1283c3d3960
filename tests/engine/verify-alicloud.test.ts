/** `npm run verify` on a service on the double of Alibaba Cloud: a healthy one, and each kind of defect. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import type { AlicloudDouble } from "../../packages/alicloud-double/src";
import { AlicloudWorld } from "./support/alicloud-world";
import type { Both } from "./support/both";
import type { CommandResult } from "./support/processes";
import { type VerifyReport, fileToken, named, recordOf, row, verify } from "./support/verify";

const digest = `sha256:${"1".repeat(64)}`;
const registry = { id: "cri-0123456789abcdef", name: "books" };
const machineImage = "m-bp11111111111111111";

type Compute = keyof Both;
const computes = ["container", "vm"] as const;

describe("engine: npm run verify on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let fresh: VerifyReport & CommandResult;
  const stacks = {} as Both;
  const outputs = {} as Record<Compute, Record<string, unknown>>;
  const record = {} as Record<Compute, string[]>;
  const app = { mayWrite: true };

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou", { fresh: true });
    addImages();
    const service = (name: string, compute: Compute): ServiceArgs => ({
      name,
      compute,
      version: "1.0.0",
      image: compute === "vm" ? machineImage : `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app@${digest}`,
      ...(compute === "vm" ? {} : { alicloud: { registry: registry.id } }),
      network: { egress: "endpoints" },
      instances: { min: 2, max: 6 },
      files: compute === "vm" ? { share: {} } : {},
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 6 },
      ],
    });
    stacks.container = await world.stack(service("shop", "container"));
    stacks.vm = await world.stack(service("store", "vm"));
    stacks.container.set({});
    fresh = await verify(stacks.container, ["--prerequisites"]);
    world.double.activate();
    await onEach(async (compute) => {
      await stacks[compute].up();
      outputs[compute] = await stacks[compute].run.outputs();
      record[compute] = await recordOf(stacks[compute]);
      project(compute).lines.push({ store: "app", time: new Date(), content: "a request" });
    });
    for (const { name } of world.double.world.balancing.serverGroups.all())
      world.double.plane.setHandler(name, respond);
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /** As the example app responds. */
  const respond: NonNullable<Parameters<AlicloudDouble["plane"]["setHandler"]>[1]> = ({ path, headers, release }) => {
    if (path !== "/verify/files") return { status: 200, body: JSON.stringify({ release }) };
    if (headers?.authorization !== `Bearer ${fileToken}`) return { status: 401 };
    return app.mayWrite
      ? { status: 200, body: '{"written":["bucket","share"],"logged":true}' }
      : { status: 502, body: '{"error":"AccessDenied","logged":true}' };
  };
  /** The output is `PROJECT/STORE`. */
  const project = (compute: Compute) =>
    world.double.world.projects.get(String(outputs[compute].logs).split("/")[0]) ?? assert.fail("no project");
  const check = (compute: Compute, more: readonly string[] = []) =>
    verify(stacks[compute], ["--url", gateUrl(compute), ...record[compute], ...more]);
  const gateUrl = (compute: Compute) => stacks[compute].service.gate?.url ?? "";

  function onEach<Value>(run: (compute: Compute) => Promise<Value>): Promise<Value[]> {
    return Promise.all(computes.map(run));
  }

  /** What both services run. */
  function addImages(): void {
    const { registries, machines } = world.double.world;
    registries.instances.set(registry.id, { ...registry, lifecycleRules: [] });
    const tags = new Map([["r1", "1".repeat(64)]]);
    const repository = { id: "crr-1", instanceId: registry.id, namespace: "team", name: "app", tags, immutable: true };
    registries.repositories.set(repository.id, repository);
    machines.tables.images.put(machineImage, {
      ...{ id: machineImage, name: "store-1", family: "store", description: "", status: "Available", sizeGiB: 20 },
      ...{ encrypted: true, imdsSupport: "v2", snapshotId: "s-1", sourceInstanceId: "", tags: new Map() },
      created: "2026-11-01T00:00:00Z",
    });
  }

  /** What seeds the defect that each check of a service finds. */
  function defects(compute: Compute): Record<string, () => void> {
    const { balancing, network, scaling, buckets, registries, machines, nas, productQuotas } = world.double.world;
    const { name } = stacks[compute];
    const own = outputs[compute];
    const limit = (kind: string) => {
      const quota = productQuotas.find(({ code }) => code === kind) ?? assert.fail(kind);
      quota.used = quota.limit;
    };
    const splitRule = () =>
      balancing.rules.find((one) => one.name === `${name}-traffic-split-http`) ?? assert.fail("no split");
    const headerRule = () =>
      balancing.rules.find((one) => one.name.startsWith(`${name}-`) && one.name.includes("-header-")) ??
      assert.fail("no header rule");
    const groups = () => scaling.scalingGroups.where(({ name: group }) => group.startsWith(`${name}-`));
    const instance = () =>
      scaling.instances.find(({ groupId }) => groups().some(({ id }) => id === groupId)) ?? assert.fail("no instance");
    const image = () => machines.tables.images.get(machineImage) ?? assert.fail("no image");
    const repository = () => registries.repositories.get("crr-1") ?? assert.fail("no repository");
    return {
      address: () => {
        const group = balancing.serverGroups.get(String(own.targetGroup)) ?? assert.fail("no server group");
        const [id, other] = [`sgp-other-${name}`, `other-${name}`];
        const tags = new Map([...group.tags, ["release", "9-9-9-other"]]);
        balancing.serverGroups.put(id, { ...group, id, name: other, tags });
        world.double.plane.setHandler(other, respond);
        splitRule().actions = forwardTo(id);
        recordRules(splitRule().listenerId);
      },
      "traffic split": () => undefined,
      // Its rule matches another value, as a rule of somebody else would.
      "X-Release reaches each release": () => {
        headerRule().conditions = [{ Type: "Header", HeaderConfig: { Key: "X-Release", Values: ["*"] } }];
        recordRules(headerRule().listenerId);
      },
      "X-Release needs the key": () => undefined,
      logs: () => {
        project(compute).lines.length = 0;
      },
      "bounds of the groups": () => {
        for (const group of groups()) Object.assign(group, { minSize: 1, maxSize: 2 });
      },
      "triggers and schedules": () => {
        for (const task of scaling.scheduledTasks.all()) task.settings["RecurrenceValue"] = "0 1 * * 1,2,3,4,5";
        for (const group of groups()) group.suspended = ["ScaleOut"];
      },
      "admitted: the instances": () => {
        const group = network.securityGroups.get(String(own.securityGroupId)) ?? assert.fail("no group");
        const [first = assert.fail("no rule")] = group.rules;
        group.rules.push({ ...first, SourceCidrIp: "0.0.0.0/0", PortRange: "22/22" });
      },
      "public addresses of instances": () => {
        instance().publicIp = "203.0.113.7";
      },
      listeners: () => {
        const { id } = own.loadBalancer as { id: string };
        const first = balancing.listeners.find(({ loadBalancerId }) => loadBalancerId === id);
        balancing.listeners.put(`lsn-${name}`, {
          ...(first ?? assert.fail("no listener")),
          id: `lsn-${name}`,
          port: 8080,
        });
      },
      "the bucket blocks public access": () => {
        const bucket = buckets.get(String(own.files)) ?? assert.fail("no bucket");
        bucket.configurations.delete("publicAccessBlock");
      },
      "the log project is not public": () => {
        project(compute).policy =
          '{"Version":"1","Statement":[{"Effect":"Allow","Principal":["*"],"Action":["log:GetLogs"]}]}';
      },
      ...(compute === "vm"
        ? {
            "admitted: the shared file system": () => {
              const [first = assert.fail("no rule")] = nas.accessRules.all();
              nas.accessRules.put("rule-other", { ...first, id: "rule-other", sourceCidr: "0.0.0.0/0" });
            },
          }
        : {
            "images in use stay": () => {
              const rules = registries.instances.get(registry.id)?.lifecycleRules;
              rules?.push({ Auto: true, Scope: "REPO", NamespaceName: "team", RepoName: "app", RetentionTagCount: 1 });
            },
          }),
      "images are not public": () => {
        if (compute === "vm") image().isPublic = true;
        else repository().type = "PUBLIC";
      },
      "images in use are marked": () => {
        const { tags } = compute === "vm" ? image() : repository();
        for (const tag of tags.keys()) if (tag.startsWith("live-")) tags.delete(tag);
      },
      "room for a release: vCPUs": () => {
        limit(compute === "vm" ? "q_ecs_vcpu" : "q_eci_vcpu");
      },
      "room for a release: load balancer": () => {
        limit("q_alb_rules");
      },
      "room for a release: addresses": () => {
        for (const vSwitch of network.vSwitches.all()) vSwitch.freeAddresses = 0;
      },
      "room for a release: scheduled tasks": () => {
        limit("q_ess_scheduled_tasks");
      },
      "files by the app's role": () => {
        app.mayWrite = false;
      },
    };
  }

  /** Makes the load balancer forward by the rules of a listener as they are now. */
  function recordRules(listener: string): void {
    const rules = world.double.world.balancing.rules.where(({ listenerId }) => listenerId === listener);
    world.double.world.ruleHistory.record(listener, Date.now(), rules);
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
    for (const report of await onEach((compute) => verify(stacks[compute], ["--url", gateUrl(compute)]))) {
      assert.deepEqual(
        report.checks.filter(({ result }) => result !== "pass"),
        [],
      );
      assert.equal(report.exitCode, 0);
      assert.ok(report.seconds < 60, `${report.seconds} s`);
    }
    assert.deepEqual(world.double.invalidRequests, []);
  });

  it("kills one instance and sees it replaced, under the stack's name or the service's", async () => {
    const name = { container: "shop", vm: "test" };
    for (const report of await onEach((compute) => check(compute, ["--disrupt", name[compute]])))
      assert.match(
        row(report, "a lost instance is replaced").saw,
        /was replaced after \d+ s; 0 of \d+ requests failed/,
      );
  });

  it("finds a defect of each kind", async () => {
    for (const compute of computes) for (const seed of Object.values(defects(compute))) seed();
    await onEach(async (compute) => {
      const report = await check(compute);
      assert.equal(report.exitCode, 1);
      assert.deepEqual(named(report, "fail").sort(), Object.keys(defects(compute)).sort());
      for (const { result, remedy } of report.checks) assert.ok(result !== "fail" || remedy, "what to do");
      assert.match(row(report, "triggers and schedules").saw, /suspended: \w/);
    });
  });

  it("finds a machine image that does not exist any more", async () => {
    world.double.world.machines.tables.images.remove(machineImage);
    const { result, saw } = row(await check("vm"), "images in use stay");
    assert.deepEqual([result, saw.includes(`no ${machineImage}`)], ["fail", true]);
  });
});
