/** What only Alibaba Cloud needs of both platforms: its Auto Scaling, its networks, its roles and its file systems. */
import assert from "node:assert/strict";
import { alicloud } from "../../components";
import type { Compute } from "../../components/spec";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { bakedFields, clouds, computes, deploy, only, waitsFor, wholeService } from "../support/clouds";
import { facts, type Recording, type Registered } from "../support/monitor";

const cloud = clouds.alicloud;
const ours = (kind: string) => `pulumi-nodejs:dynamic/immutable-service:${kind}`;
const types = {
  group: "alicloud:ess/scalingGroup:ScalingGroup",
  hook: "alicloud:ess/lifecycleHook:LifecycleHook",
  network: "alicloud:vpc/network:Network",
  vSwitch: "alicloud:vpc/switch:Switch",
} as const;
const registry = "cri-0123456789abcdef";

/** A policy. */
interface Document {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

for (const compute of computes)
  describe(`alicloud, ${compute}: what only this cloud needs`, () => {
    const deployed = (changes: Partial<ServiceArgs> = {}) =>
      deploy(cloud, wholeService(cloud, compute, { files: { share: {} }, ...changes }));
    const inputsOf = ({ inputs }: Registered) => inputs;
    const find = (resources: readonly Registered[], type: string, ending = "") =>
      inputsOf(only(resources, type, ending));
    let resources: Recording["resources"];
    before(async () => ({ resources } = await deployed()));

    it("a group starts with the check of its instances alone, which has the same name for both kinds of group", () => {
      assert.deepEqual(find(resources, types.group).healthCheckTypes, ["ECS"]);
    });

    it("a group replaces what the load balancer finds unhealthy only once slow starts are held back", () => {
      const checks = only(resources, ours("HealthCheckTypes"));
      const hold = only(resources, types.hook, "-start");
      assert.deepEqual(inputsOf(checks).types, ["ECS", "LOAD_BALANCER"]);
      assert.ok(waitsFor(resources, checks, hold), "checked before the hook exists");
      assert.ok(waitsFor(resources, hold, only(resources, ours("HealthyTargets"))), "the first instances are held");
      assert.deepEqual([inputsOf(hold).lifecycleTransition, inputsOf(hold).defaultResult], ["SCALE_OUT", "CONTINUE"]);
    });

    it("an added instance is held for as long as its app may take to start", async () => {
      const { resources: slow } = await deployed({ health: { startWithin: 200 } });
      assert.equal(find(slow, types.hook, "-start").heartbeatTimeout, 200);
    });

    it("a group that has instances waits until other services know the app's role", () => {
      assert.ok(waitsFor(resources, only(resources, types.group), only(resources, ours("RoleInForce"))));
    });

    it("the app's user owns the folder that instances mount, which exists before they do", () => {
      const folder = only(resources, ours("ShareFolder"));
      assert.deepEqual(inputsOf(folder).owner, { user: 1000, group: 1000 });
      assert.ok(waitsFor(resources, only(resources, types.group), folder));
      const mounted =
        compute === "vm"
          ? Buffer.from(String(find(resources, cloud.parts.vm.instance).userData), "base64").toString()
          : JSON.stringify(find(resources, cloud.parts.container.instance).volumes);
      assert.ok(mounted.includes(String(inputsOf(folder).folder)), mounted);
    });

    it("the share admits the instances' half of a new network only", () => {
      assert.equal(find(resources, "alicloud:nas/accessRule:AccessRule").sourceCidrIp, "10.0.0.0/17");
    });

    it("the app may list its bucket by the action that OSS has, and decrypt with the keys of its secrets only", () => {
      const statements = resources
        .filter(({ type }) => type === "alicloud:ram/policy:Policy")
        .flatMap((policy) => (JSON.parse(String(inputsOf(policy).policyDocument)) as Document).Statement);
      const on = (action: string) =>
        statements.filter(({ Action }) => Action.includes(action)).map(({ Resource }) => Resource);
      assert.equal(on("oss:ListObjects").length, 1);
      assert.deepEqual(on("oss:ListObjectsV2"), []);
      assert.deepEqual(on("kms:Decrypt"), [["acs:kms:cn-hangzhou:1234567890123456:key/k-1"]]);
    });

    it("an output says until when schedules run, and there is none without schedules", async () => {
      const untilOf = ({ result }: Recording) => (result as [{ readonly schedulesUntil?: string }])[0].schedulesUntil;
      assert.match(untilOf(await deployed()) ?? "", /^\d{4}-\d\d-\d\d$/);
      assert.equal(untilOf(await deployed({ scaling: [] })), undefined);
    });

    it("a network waits for what the cloud deletes in the background", () => {
      for (const { type, name, customTimeouts } of resources)
        if (type === types.network || type === types.vSwitch) assert.equal(customTimeouts.delete, "20m", name);
    });

    it("a new network is linked to the registry before a container group pulls from it", async () => {
      const links = (recording: Recording) => recording.resources.filter(({ type }) => type === ours("RegistryLink"));
      const linked =
        compute === "container" ? await deployed({ alicloud: { registry }, secrets: {} }) : await deployed();
      assert.equal(links(linked).length, compute === "container" ? 1 : 0);
      for (const link of links(linked))
        assert.ok(waitsFor(linked.resources, only(linked.resources, types.group), link), "not before the group");
      const network = cloud.existingNetwork();
      assert.deepEqual(links(await deployed({ network })), []);
    });

    it("an instance has several types to start with", async () => {
      const { resources: arm } = await deployed({ architecture: "arm64", size: { cpu: 2, memoryGiB: 4 } });
      const tried = ["ecs.c8y.large", "ecs.c6r.large", "ecs.g8y.large", "ecs.g6r.large"];
      if (compute === "container") {
        assert.deepEqual(find(arm, cloud.parts.container.instance).instanceTypes, tried);
        return;
      }
      assert.deepEqual(find(arm, ours("SoldInstanceTypes")).types, tried);
      assert.ok(waitsFor(arm, only(arm, ours("InstanceTypeOrder")), only(arm, types.group)));
    });
  });

describe("machines on Alibaba Cloud", () => {
  const compute: Compute = "vm";

  it("serve metadata to callers with a session token only, on an encrypted disk", async () => {
    const { resources } = await deploy(cloud, wholeService(cloud, compute, { disk: { sizeGiB: 60 } }));
    const template = only(resources, cloud.parts.vm.instance).inputs as {
      readonly httpTokens: string;
      readonly httpPutResponseHopLimit?: number;
      readonly systemDisk: { readonly encrypted: boolean; readonly size: number };
    };
    // The API says that the parameter of the hops is not available.
    assert.deepEqual([template.httpTokens, template.httpPutResponseHopLimit], ["required", undefined]);
    assert.deepEqual([template.systemDisk.encrypted, template.systemDisk.size], [true, 60]);
  });

  it("are baked in a network that waits for what outlives its builders, once the account reaches objects", async () => {
    const { resources } = await deploy(cloud, wholeService(cloud, compute, bakedFields(cloud, compute)));
    const builders = resources.filter(
      ({ type, name }) => name.startsWith("bookstore-image") && /:(Network|Switch|SecurityGroup)$/.test(type),
    );
    assert.ok(builders.length > 3);
    for (const { name, customTimeouts } of builders) assert.equal(customTimeouts.delete, "20m", name);
    const archive = only(resources, "alicloud:oss/bucketObject:BucketObject");
    assert.ok(waitsFor(resources, archive, only(resources, ours("ObjectData"))));
  });
});

describe("builders of machine images on Alibaba Cloud", () => {
  it("are in no zone in which system disks cannot be encrypted", async () => {
    const inSingapore = { ...cloud, make: () => alicloud({ ...facts, region: "ap-southeast-1" }) };
    const service = wholeService(cloud, "vm", { name: "singapore", secrets: {}, ...bakedFields(cloud, "vm") });
    const { resources } = await deploy(inSingapore, service);
    const zones = resources
      .filter(({ type, name }) => type === types.vSwitch && name.startsWith("singapore-image-"))
      .map(({ inputs }) => inputs.zoneId);
    assert.deepEqual(zones, ["ap-southeast-1c", "ap-southeast-1b"]);
  });
});

describe("containers on Alibaba Cloud", () => {
  it("name no registry for images at its default addresses, which needs none", async () => {
    const { resources } = await deploy(
      cloud,
      wholeService(cloud, "container", { alicloud: { registry }, secrets: {} }),
    );
    const { acrRegistryInfos } = only(resources, cloud.parts.container.instance).inputs as {
      readonly acrRegistryInfos?: unknown;
    };
    assert.equal(acrRegistryInfos, undefined);
  });
});
