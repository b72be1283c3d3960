/** The first update on a new account of Alibaba Cloud: each missing prerequisite is named, and once all are there it succeeds. */
import assert from "node:assert/strict";
import { containers } from "./support/alicloud-fixtures";
import { AlicloudWorld } from "./support/alicloud-world";
import { failures, plannedChanges } from "./support/engine-events";
import { named, recordOf, row, verify } from "./support/verify";
import type { ServiceStack } from "./support/world";

/** The products that this service uses, and where to activate each. */
const products = {
  "activated: Simple Log Service": "activate it at https://sls.console.aliyun.com",
  "activated: OSS": "activate it at https://oss.console.aliyun.com",
  "activated: NAS": "activate it at https://nas.console.aliyun.com, or run: aliyun nas OpenNASService",
  "activated: Elastic Container Instance": "activate it at https://eci.console.aliyun.com",
  "activated: Container Registry": "activate it at https://cr.console.aliyun.com",
};

const registry = "cri-0123456789abcdef";

/** The roles of the cloud's services, each with its service. */
const roles = {
  "role: AliyunServiceRoleForAutoScaling": "ess",
  "role: AliyunServiceRoleForAlb": "alb",
  "role: AliyunServiceRoleForNatgw": "nat",
  "role: AliyunServiceRoleForECI": "eci",
  "role: AliyunServiceRoleForNasStandard": "nas",
};

describe("engine: a fresh account on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let stack: ServiceStack;
  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou", { fresh: true });
    const { instances, repositories } = world.double.world.registries;
    instances.set(registry, { id: registry, name: "books", lifecycleRules: [] });
    const tags = new Map([["r1", "1".repeat(64)]]);
    repositories.set("crr-1", {
      id: "crr-1",
      instanceId: registry,
      namespace: "team",
      name: "app",
      tags,
      immutable: true,
    });
    stack = await world.stack(
      containers({
        name: "shop",
        image: `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app@sha256:${"1".repeat(64)}`,
        alicloud: { registry },
        instances: { min: 1 },
        files: { share: {} },
      }),
    );
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /** The errors of a failing update, of all resources that can be tried. */
  const errors = async () => {
    const run = await stack.up({}, { expectFailure: true, flags: ["--continue-on-error"] });
    assert.ok(failures(run).length > 0);
    return run.diagnostics.map(({ message }) => message).join("\n");
  };

  it("lacks products and roles, and has the page or the command for each", async () => {
    stack.set({});
    const report = await verify(stack, ["--prerequisites"]);
    assert.equal(report.exitCode, 1);
    assert.deepEqual(named(report, "fail"), [...Object.keys(products), ...Object.keys(roles)]);
    for (const [name, open] of Object.entries(products)) {
      const { saw, remedy } = row(report, name);
      assert.ok(saw.startsWith(`the account has not activated ${name.replace("activated: ", "")} (`), saw);
      assert.equal(remedy, open);
    }
    for (const [name, service] of Object.entries(roles)) {
      const { saw, remedy } = row(report, name);
      assert.equal(saw, `the account has no ${name.replace("role: ", "")}`);
      const command = `aliyun resourcemanager CreateServiceLinkedRole --ServiceName ${service}.aliyuncs.com`;
      assert.equal(remedy, `the first update creates it if its credentials may; otherwise run: ${command}`);
    }
    assert.deepEqual(named(report, "unseen"), []);
  });

  it("names the quota without room", async () => {
    const quota = world.double.world.productQuotas.find(({ code }) => code === "q_eci_vcpu") ?? assert.fail("no quota");
    const { used } = quota;
    quota.used = quota.limit;
    const { result, saw, remedy } = row(await verify(stack, ["--prerequisites"]), "quota: vCPUs");
    assert.equal(result, "fail");
    assert.equal(saw, "vCPUs of container groups 50 of 50, a release needs 1");
    assert.match(remedy ?? "", /https:\/\/quotas\.console\.aliyun\.com\/products\/eci\/quotas \(q_eci_vcpu\)$/);
    quota.used = used;
  });

  it("names every product that the service's stores need, and the role that it may not create", async () => {
    const { double } = world;
    double.world.mayCreateServiceLinkedRoles = false;
    const messages = await errors();
    assert.match(messages, /UserDisable.*Has the account activated Object Storage Service\? Open its console once/);
    assert.match(messages, /is inactive.*Has the account activated Simple Log Service\? Open its console once/);
    assert.match(
      messages,
      /not activated File Storage NAS.*Has the account activated File Storage NAS\? Open its console once/,
    );
    assert.match(messages, /not activated Container Registry.*Has the account activated Container Registry\? Open its/);
    assert.match(messages, /no role AliyunServiceRoleForAutoScaling.*CreateServiceLinkedRole --ServiceName ess/);
  });

  it("names the products that the instances need, in the update that looks for what the first has left", async () => {
    world.double.activate("oss", "sls", "acr");
    world.double.world.mayCreateServiceLinkedRoles = true;
    stack.set({ files: {} });
    const messages = await errors();
    assert.match(messages, /not activated Elastic Container Instance.*open the product's console once/s);
  });

  it("has a service that is up once everything is activated", async () => {
    world.double.activate();
    await stack.up();
    assert.deepEqual(Object.values(world.split("shop")), [100]);
    assert.ok(world.double.world.ram.roles.get("AliyunServiceRoleForECI"));
    assert.deepEqual(plannedChanges(await stack.preview()), []);
    assert.deepEqual(world.double.invalidRequests, []);
  });

  it("has its service verified, with nothing that the command could not see", async () => {
    const outputs = await stack.run.outputs();
    for (const { name } of world.double.world.balancing.serverGroups.all())
      world.double.plane.setHandler(name, ({ path, release }) =>
        path === "/verify/files"
          ? { status: 200, body: '{"written":["bucket"]}' }
          : { status: 200, body: JSON.stringify({ release }) },
      );
    const project = world.double.world.projects.get(String(outputs.logs).split("/")[0]) ?? assert.fail("no project");
    project.lines.push({ store: "app", time: new Date(), content: "a request" });
    const report = await verify(stack, ["--url", stack.service.gate?.url ?? "", ...(await recordOf(stack))]);
    assert.deepEqual(
      report.checks.filter(({ result }) => result !== "pass"),
      [],
    );
    assert.deepEqual(named(report, "pass"), [
      ...["address", "traffic split", "X-Release reaches each release", "X-Release needs the key", "logs"],
      ...["bounds of the groups", "triggers and schedules", "admitted: the instances"],
      ...["public addresses of instances", "listeners", "the bucket blocks public access"],
      ...["the log project is not public", "images in use stay", "images are not public", "images in use are marked"],
      ...["room for a release: vCPUs", "room for a release: load balancer", "room for a release: addresses"],
      "files by the app's role",
    ]);
    assert.equal(report.exitCode, 0);
  });

  it("has nothing left after destroy", async () => {
    await stack.run.destroy();
    assert.deepEqual(world.double.inventory(), {});
  });
});
