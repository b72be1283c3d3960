import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { deploy, gateType, headerRuleType, only, trafficRuleType, untagged, waitsFor } from "../support/clouds";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("the order of an update", ({ cloud, parts, service, further }) => {
  it("is target group, header rule, server group, healthy instances, gate, traffic split", async () => {
    const { resources, result } = await deploy(cloud, service());
    const [{ release }] = result as [{ release: string }];
    const order = [
      only(resources, parts.targetGroup, release),
      only(resources, headerRuleType),
      only(resources, parts.serverGroup),
      only(resources, parts.healthy),
      only(resources, gateType),
      only(resources, trafficRuleType),
    ];
    order.slice(1).forEach((later, index) => {
      const earlier = order[index] ?? assert.fail();
      assert.ok(waitsFor(resources, later, earlier), `${later.name} does not wait for ${earlier.name}`);
    });
  });

  it("begins with the intent, before anything of the environment, the service or a release", async () => {
    const { resources } = await deploy(cloud, service({ files: { share: {} }, releases: [further()] }));
    const intent = only(resources, "pulumi-nodejs:dynamic/immutable-service:Intent");
    const first = resources.filter((one) => !one.type.startsWith("immutable:") && !waitsFor(resources, one, intent));
    // The mark is the intent's own input, and nothing is created in another account than the program's.
    assert.deepEqual(
      first.map(({ name }) => name),
      ["bookstore-mark", "bookstore-account", "bookstore-intent"],
    );
  });

  it("starts instances after all that they need, which is therefore deleted after them", async () => {
    const changes = { files: { share: {} }, policyArns: [...cloud.policies] };
    const { resources } = await deploy(cloud, service(changes));
    const group = only(resources, parts.serverGroup);
    const others = resources.filter((one) => !one.type.startsWith("immutable:") && !waitsFor(resources, one, group));
    // What protects a store, who may reach the load balancer, and a route and a group that no instance uses.
    const notNeeded =
      /^(Bucket[A-Z]\w+|BackupPolicy|SecurityGroupIngressRule \S+-load-balancer-80-from-\S+|DefaultRoute|DefaultSecurityGroup \S+) /;
    const missing = others
      .filter((one) => one !== group && !waitsFor(resources, group, one))
      .map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name} `)
      .filter((one) => !notNeeded.test(one));
    assert.deepEqual(missing, []);
  });

  it("moves the traffic after everything else that the service and its environment have", async () => {
    const changes = { files: { share: {} }, tls: { certificate: cloud.certificate }, releases: [further()] };
    const { resources } = await deploy(cloud, service(changes));
    const split = only(resources, trafficRuleType);
    const ledger = only(resources, "pulumi-nodejs:dynamic/immutable-service:Ledger");
    assert.ok(waitsFor(resources, ledger, split));
    // Bounds apply once the traffic has moved: a lower max must not take instances from what serves.
    const bounds = resources.filter(({ type }) => type === "pulumi-nodejs:dynamic/immutable-service:Bounds");
    assert.deepEqual(
      bounds.map((one) => waitsFor(resources, one, split)),
      [true, true],
    );
    const after = [split, ledger, ...bounds];
    const later = resources.filter((one) => !after.includes(one) && !one.type.startsWith("immutable:"));
    assert.ok(later.length > 40);
    assert.deepEqual(
      later.filter((one) => !waitsFor(resources, split, one)).map(({ type, name }) => `${type} ${name}`),
      [],
    );
  });

  it("moves the traffic after healthy instances where the service has no gate", async () => {
    const { resources } = await deploy(cloud, service({ gate: { from: "none" } }));
    assert.ok(!resources.some(({ type }) => type === gateType));
    assert.ok(waitsFor(resources, only(resources, trafficRuleType), only(resources, parts.healthy)));
  });

  it("moves the traffic after every release has passed its gate, by the weights", async () => {
    const { resources } = await deploy(cloud, service({ releases: [further()] }));
    const split = only(resources, trafficRuleType);
    const gates = resources.filter(({ type }) => type === gateType);
    assert.equal(gates.length, 2);
    for (const gate of gates) assert.ok(waitsFor(resources, split, gate), gate.name);
    // By these it refuses a release whose checks the update has left out.
    const { shares } = split.inputs as { shares: readonly { release: string; passed: readonly unknown[] }[] };
    assert.deepEqual(
      shares.map(({ passed }) => passed.length),
      [2, 2],
    );
    for (const { release, passed } of shares)
      assert.ok(passed.includes(release), `${release} has no proof of its gate`);
    assert.deepEqual(
      [...JSON.stringify(split.inputs).matchAll(/"weight":(\d+)/g)].map(([, weight]) => weight),
      ["90", "10"],
    );
  });
});

onEveryPlatform("the server group's name", ({ cloud, compute, parts, service, further }) => {
  const group = async (changes: Partial<ServiceArgs>) => {
    const { resources } = await deploy(cloud, service(changes));
    return { name: only(resources, parts.serverGroup).name, template: untagged(only(resources, parts.instance)) };
  };
  const { secrets } = cloud.make().platforms[compute].capabilities;
  const shaping: Record<string, Partial<ServiceArgs>> = {
    "another version": { version: "1.4.3" },
    "another image": { image: cloud.images[compute][1] },
    "another port": { port: 9090 },
    "another health check": { health: { interval: 10, timeout: 3, healthyAfter: 30, unhealthyAfter: 30 } },
    "another size": { size: { cpu: 2, memoryGiB: 16 } },
    "another architecture": { architecture: "arm64" },
    "another disk": { disk: { sizeGiB: 40 } },
    "another variable": { environment: { CATALOGUE: "autumn" } },
    ...(secrets.offered ? { "no secret": { secrets: {} } } : {}),
    "no files": { files: undefined },
    "another idle timeout": { loadBalancer: { idleTimeout: 120 } },
    "a shared file system": { files: { share: {} } },
  };
  for (const [what, change] of Object.entries(shaping))
    it(`changes with ${what}`, async () => {
      assert.notEqual((await group(change)).name, (await group({})).name);
    });

  const settings: Record<string, Partial<ServiceArgs>> = {
    "another max": { instances: { min: 2, max: 12 } },
    "another min": { instances: { min: 3, max: 6 } },
    "other triggers": { scaling: [] },
    "another retention of logs": { logs: { retentionDays: 90 } },
    "another retention of old files": { files: { keepVersions: 90 } },
    "another weight": { releases: [further({ weight: 50 })] },
    "another tag": { tags: { team: "books" } },
    "another gate": { gate: { answers: 9 } },
    "a longer drain": { loadBalancer: { drain: 90 } },
  };
  for (const [what, change] of Object.entries(settings))
    it(`stays with ${what}, and so does the instances' template`, async () => {
      const { resources } = await deploy(cloud, service(change));
      const before = await group({});
      assert.ok(
        resources.some(({ type, name }) => type === parts.serverGroup && name === before.name),
        "the group has another name",
      );
      const template = resources.find(({ type, name }) => type === parts.instance && name === before.name);
      assert.deepEqual(untagged(template ?? assert.fail("the template has another name")), before.template);
    });
});
