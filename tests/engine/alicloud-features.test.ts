/** Optional features on Alibaba Cloud: the real engine and provider against a double of the cloud's API. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { asText, callAction, callForField as get } from "../../packages/alicloud-double/src";
import { AlicloudWorld } from "./support/alicloud-world";
import { done, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { missingRights } from "./support/rights";
import type { ServiceStack } from "./support/world";

const certificate = "12345678-cn-hangzhou";
const secret = "acs:kms:cn-hangzhou:1234567890123456:secret/books/db";
const registry = { id: "cri-0123456789abcdef", name: "books" };
const image = {
  linked: `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app@sha256:${"1".repeat(64)}`,
  container: (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`,
  secrets: `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/secrets@sha256:${"2".repeat(64)}`,
  vm: `m-bp1${"1".repeat(17)}`,
};

/** The repository of the linked image. */
const app = { id: "crr-app", instanceId: registry.id, namespace: "team", name: "app", immutable: true };
const tags = new Map([["1".repeat(16), "1".repeat(64)]]);

describe("engine: services with optional features on Alibaba Cloud", () => {
  let world: AlicloudWorld, containers: ServiceStack, machines: ServiceStack, canary: ServiceStack;
  /** The ids of both live releases of the canary, by version. */
  const releaseIds = { "1.0.0": "", "2.0.0": "" };

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    world.double.world.registries.instances.set(registry.id, registry);
    world.double.world.registries.repositories.set(app.id, { ...app, tags });
    world.double.world.machines.soldOut = (type, zone) => type === "ecs.c8y.large" && zone === "cn-hangzhou-k";
    const service: Pick<ServiceArgs, "version" | "health" | "architecture" | "size" | "files"> = {
      version: "1.0.0",
      health: { startWithin: 10 },
      architecture: "arm64",
      size: { cpu: 2, memoryGiB: 4 },
      files: { share: { path: "/files" } },
    };
    containers = await world.stack({
      ...service,
      name: "container",
      compute: "container",
      image: image.linked,
      alicloud: { registry: registry.id, secretsImage: image.secrets },
      secrets: { DB: secret },
      tls: { certificate },
      network: { egress: "endpoints" },
      loadBalancer: { drain: 0 },
      command: ["node", "app.js"],
      disk: { sizeGiB: 40 },
      instances: { min: 2, max: 4 },
      scaling: [{ metric: "memory", target: 70 }],
    });
    machines = await world.stack({
      ...service,
      name: "vm",
      compute: "vm",
      image: image.vm,
      secrets: { DB: secret },
      environment: { QUOTED: 'a "b" $c' },
      instances: { min: 2, max: 3 },
      network: { egress: "nat-per-zone" },
      loadBalancer: { internal: true, allowFrom: ["10.0.0.0/8"], drain: 0 },
    });
    canary = await world.stack({
      name: "canary",
      compute: "container",
      version: "2.0.0",
      image: image.container("2"),
      health: { startWithin: 10 },
      network: { egress: "nat" },
      loadBalancer: { drain: 0 },
      releases: [{ version: "1.0.0", image: image.container("1"), weight: 90 }],
    });
  });

  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  /** How many egress resources the network of a service has, by kind. */
  const inNetworkOf = (name: string) => {
    const { network, balancing } = world.double.world;
    const vpcId = balancing.loadBalancers.find((one) => one.name === name)?.vpcId;
    const gateways = network.natGateways.where((one) => one.vpcId === vpcId);
    return {
      gateways: gateways.length,
      addresses: network.eips.where((one) => gateways.some(({ id }) => id === one.boundTo)).length,
      translations: network.snatEntries.where((one) => gateways.some(({ snatTableId }) => snatTableId === one.tableId))
        .length,
      routeTables: network.routeTables.where((one) => one.vpcId === vpcId).length,
    };
  };
  const listeners = (name: string) => {
    const { loadBalancers, listeners: all } = world.double.world.balancing;
    const id = loadBalancers.find((one) => one.name === name)?.id;
    return new Map(all.where(({ loadBalancerId }) => loadBalancerId === id).map((one) => [one.port, one]));
  };
  /** The scaling configuration that a service's containers start from. */
  const configuration = (name: string) =>
    world.double.world.scaling.configurations.find(
      ({ groupId }) => world.double.world.scaling.scalingGroups.get(groupId)?.name.startsWith(`${name}-`) ?? false,
    )?.settings ?? {};
  const template = () => world.double.world.network.launchTemplates.all()[0]?.versions.at(-1)?.data ?? {};
  const userData = () => Buffer.from(String(template().UserData), "base64").toString("utf8");
  const files = () =>
    [...userData().matchAll(/"content":"([^"]*)"/g)]
      .map(([, content = ""]) => Buffer.from(content, "base64").toString("utf8"))
      .join("\n");
  const shares = (version: keyof typeof releaseIds) => world.split("canary")[releaseIds[version]];

  it("are created without a warning", async () => {
    await Promise.all(
      [containers, machines, canary].map(async (stack) => {
        noComplaints(await stack.up());
      }),
    );
  });

  it("show no change in the next preview, also after a refresh of a service that has scaled out", async () => {
    const { scaling, balancing } = world.double.world;
    const scaledOut = scaling.scalingGroups.find(({ name }) => name.startsWith("container-")) ?? assert.fail();
    await get(
      world.double,
      "ess",
      "ModifyScalingGroup",
      { ScalingGroupId: scaledOut.id, DesiredCapacity: 3 },
      "RequestId",
    );
    await Promise.all(
      [containers, machines, canary].map(async (stack) => {
        // It reads back the targets that Auto Scaling attached, a capacity that triggers changed, and bucket settings
        // that other resources set.
        if (stack !== canary) await stack.run.refresh();
        assert.deepEqual(plannedChanges(await stack.preview()), []);
      }),
    );
    assert.equal(scaledOut.desired, 3);
    assert.deepEqual(
      scaledOut.attachments.map(({ serverGroupId }) => balancing.serverGroups.get(serverGroupId)?.targets.length),
      [3],
    );
  });

  it("replace no instance while its app starts, neither of the first ones nor one that is added", async () => {
    const { scalingGroups, hooks } = world.double.world.scaling;
    for (const { id, name, healthCheckTypes } of scalingGroups.all()) {
      assert.deepEqual(healthCheckTypes, ["ECS", "LOAD_BALANCER"]);
      const held = hooks.find(
        ({ groupId, settings }) => groupId === id && settings.LifecycleTransition === "SCALE_OUT",
      );
      assert.equal(Number(held?.settings.HeartbeatTimeout), 30);
      const { body } = await callAction(world.double, "ess", "DescribeScalingActivities", { ScalingGroupId: id });
      assert.doesNotMatch(JSON.stringify(body), /found the instance unhealthy/, name);
    }
  });

  it("mark the image that they pull from a registry", async () => {
    const { release } = await containers.run.outputs();
    assert.equal(tags.get(`live-test.${String(release)}`), "1".repeat(64));
  });

  it("mount a share in which the app's user can write", () => {
    const { instances } = world.double.world.scaling;
    const mounting = instances.where(({ mounts }) => mounts.length > 0).map(({ id }) => id.split("-")[0]);
    assert.deepEqual([...new Set(mounting)].sort(), ["eci", "i"]);
    assert.deepEqual(world.double.unwritableShares(1000), []);
  });

  it("link a new network to the registry before an instance pulls from it", () => {
    const { registries, network, balancing } = world.double.world;
    const [link] = registries.tables.registryLinks.all();
    assert.equal(link?.vpcId, balancing.loadBalancers.find(({ name }) => name === "container")?.vpcId);
    assert.equal(network.vSwitches.get(link?.vSwitchId)?.name, "container-private-cn-hangzhou-j");
  });

  it("serve HTTPS on port 443 with the certificate and redirect port 80 to it", async () => {
    const byPort = listeners("container");
    assert.deepEqual([...byPort.keys()].sort(), [443, 80]);
    assert.deepEqual(byPort.get(443)?.settings.Certificates, [{ CertificateId: certificate }]);
    assert.equal(byPort.get(443)?.settings.SecurityPolicyId, "tls_cipher_policy_1_2_strict_with_1_3");
    const { plane } = world.double;
    const redirected = plane.send("container", { host: "books.test", path: "/a", query: { b: "c" } }, 80);
    assert.deepEqual([redirected.status, redirected.headers.location], [301, "https://books.test:443/a?b=c"]);
    assert.equal(plane.send("container", { path: "/a" }, 443).status, 200);
    const { url, release } = await containers.run.outputs();
    assert.match(String(url), /^https:\/\/203\./);
    assert.deepEqual(world.split("container"), { [String(release)]: 100 });
  });

  it("have a shared file system with one mount target per service, mounted by both computes", () => {
    const { fileSystems, mountTargets, accessRules } = world.double.world.nas;
    assert.deepEqual([fileSystems.size, mountTargets.size, accessRules.size], [2, 2, 2]);
    assert.deepEqual(
      fileSystems.all().map(({ encryptType }) => encryptType),
      [1, 1],
    );
    const mounts = (text: string) => mountTargets.where(({ domain }) => text.includes(domain)).length;
    const rendered = JSON.stringify(configuration("container"));
    assert.equal(mounts(rendered), 1);
    assert.match(rendered, /"\/files"/);
    assert.equal(mounts(userData()), 1);
    assert.match(userData(), /again mount -t nfs -o \S+ \S+ \/files && systemctl start/);
  });

  it("create no NAT gateway with endpoints, one with nat, and one per zone with its own route table with nat-per-zone", () => {
    assert.deepEqual(inNetworkOf("container"), { gateways: 0, addresses: 0, translations: 0, routeTables: 0 });
    assert.deepEqual(inNetworkOf("canary"), { gateways: 1, addresses: 1, translations: 1, routeTables: 0 });
    assert.deepEqual(inNetworkOf("vm"), { gateways: 2, addresses: 2, translations: 2, routeTables: 2 });
  });

  it("have an internal load balancer that admits only the listed address ranges", () => {
    const { balancing, network } = world.double.world;
    const named = (wanted: string) =>
      balancing.loadBalancers.find(({ name }) => name === wanted) ?? assert.fail(wanted);
    assert.equal(named("vm").addressType, "Intranet");
    const rules = named("vm")
      .securityGroupIds.flatMap((id) => network.securityGroups.get(id)?.rules ?? [])
      .map((rule) => [rule.SourceCidrIp, asText(rule.Policy).toLowerCase(), Number(rule.Priority)]);
    assert.deepEqual(rules.sort(), [
      ["0.0.0.0/0", "drop", 100],
      ["10.0.0.0/8", "accept", 1],
    ]);
    assert.deepEqual(named("container").securityGroupIds, []);
  });

  it("pass secrets by reference: no value is read, and the machine receives only the name", async () => {
    assert.match(files(), /fetch 'books\/db'/);
    assert.match(files(), /QUOTED="a \\"b\\" \\\$c"/);
    assert.doesNotMatch(files(), /^DB=/m);
    const policies = JSON.stringify(world.double.world.ram.policies.all());
    assert.match(policies, /kms:GetSecretValue.*books\/db/);
    assert.match(policies, /kms:Decrypt.*key\/key-hzz6304944example/);
    assert.deepEqual(
      world.double.calls.filter(
        ({ service, action }) => (service === "kms" || /Secret/.test(action)) && action !== "DescribeSecret",
      ),
      [],
    );
    assert.doesNotMatch(JSON.stringify(await machines.run.exportState()), /SecretData(?!")/);
  });

  it("pass secrets of containers by reference to an init container, and the path of a file to the app", () => {
    const { Container, InitContainer, Volume } = configuration("container");
    const [init] = InitContainer as Record<string, unknown>[];
    assert.equal(init?.Image, image.secrets);
    assert.match(JSON.stringify(init), /"Key":"SECRET_DB".*secret\/books\/db/);
    assert.match(JSON.stringify(Container), /"Key":"DB_FILE".*\/run\/secrets\/DB/);
    assert.doesNotMatch(JSON.stringify(Container), /books\/db/);
    assert.match(JSON.stringify(Volume), /"EmptyDirVolume":\{"Medium":"memory"/);
  });

  it("run on arm64 instance types on both computes", () => {
    assert.equal(template().InstanceType, "ecs.c8y.large");
    const types = ["ecs.c8y.large", "ecs.c6r.large", "ecs.g8y.large", "ecs.g6r.large"];
    assert.deepEqual(configuration("container").InstanceType, types);
  });

  it("run on another type where a zone has no more of the first one", async () => {
    const { scalingGroups, instances } = world.double.world.scaling;
    const group = scalingGroups.find(({ name }) => name.startsWith("vm-")) ?? assert.fail();
    const types = () =>
      instances.where(({ groupId }) => groupId === group.id).map(({ zoneId, type }) => `${zoneId} ${type}`);
    // The group gets its list of types after the first instances.
    assert.deepEqual(types(), ["cn-hangzhou-j ecs.c8y.large", "cn-hangzhou-j ecs.c8y.large"]);
    const more = { ScalingGroupId: group.id, DesiredCapacity: 3 };
    await get(world.double, "ess", "ModifyScalingGroup", more, "RequestId");
    assert.equal(types().at(-1), "cn-hangzhou-k ecs.c6r.large");
  });

  it("give containers a command, a larger disk and a memory trigger", () => {
    assert.equal(Number(configuration("container").EphemeralStorage), 10);
    assert.match(JSON.stringify(configuration("container").Container), /"Arg":\["node","app.js"\]/);
    assert.deepEqual(
      world.double.world.scaling.scalingRules
        .where(({ name }) => name.startsWith("container-"))
        .map(({ settings }) => settings.MetricName),
      ["EciPodMemoryUtilization"],
    );
  });

  it("run a canary beside the previous release, each reachable by its release header", async () => {
    for (const id of Object.keys(world.split("canary"))) releaseIds[id.startsWith("2-0-0-") ? "2.0.0" : "1.0.0"] = id;
    assert.deepEqual([shares("1.0.0"), shares("2.0.0")], [90, 10]);
    const { releaseKey } = await canary.run.outputs();
    assert.match(String(releaseKey), /^[0-9a-f]{8}$/);
    const answered = (header: string) =>
      world.double.plane.send("canary", { path: "/", headers: { "x-release": header } }).body;
    for (const id of Object.values(releaseIds)) assert.equal(answered(`${id}-${String(releaseKey)}`), id);
    // Without the key, the split decides.
    const [older, newer] = [releaseIds["1.0.0"], releaseIds["2.0.0"]];
    assert.ok(Array.from({ length: 20 }, () => answered(newer)).includes(older));
  });

  it("change the weights of the canary and the previous release in place", async () => {
    const older = { version: "1.0.0", image: image.container("1") };
    for (const weight of [40, 100]) {
      const run = await canary.up({ releases: [{ ...older, weight }] });
      noComplaints(run);
      // A share changes nothing in the ledger, unless a release gets its first request or loses the last one.
      const ledger = weight === 100 ? ["update Ledger canary-releases"] : [];
      const rule = "update TrafficRule canary-traffic-split-http";
      assert.deepEqual(done(run), ["update Intent canary-intent", ...ledger, rule]);
      assert.deepEqual([shares("1.0.0"), shares("2.0.0")], [weight, 100 - weight]);
    }
    assert.equal(world.double.plane.send("canary", { path: "/" }).body, releaseIds["1.0.0"]);
    assert.deepEqual(plannedChanges(await canary.preview()), []);
  });

  it("leave nothing in the state or in the cloud after destroy", async () => {
    await Promise.all(
      [containers, machines, canary].map(async ({ run }) => {
        await run.destroy();
        assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
      }),
    );
    assert.deepEqual(world.double.inventory(), {});
  });

  it("make no request whose right is missing in docs/rights.md", () => {
    assert.deepEqual(missingRights(world.double.calls), []);
  });

  it("make no request that the published models do not allow", () => {
    assert.deepEqual(world.double.invalidRequests, []);
  });
});
