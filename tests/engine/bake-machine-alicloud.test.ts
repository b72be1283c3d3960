/** Machine images that a stack on Alibaba Cloud bakes: the real engine and the real provider, against a double of the cloud's API. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../components/spec";
import { runScript, type ScriptRun } from "../support/scripted-machine";
import { AlicloudWorld } from "./support/alicloud-world";
import { changed, failure, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { repository } from "./support/toolchain";
import type { ServiceStack } from "./support/world";

const from = "debian_12_9_x64_20G_alibase_20250117.vhd";
const artifact = "images/app/target/bookstore.war";

/** A service on machines whose image the stack bakes. */
const farm = (name: string, args: Record<string, string> = {}, keep = 10): ServiceArgs => ({
  name,
  compute: "vm",
  version: "1.0.0",
  image: {
    build: { from, artifact, arguments: { runtime_maven_central: "https://maven.example.com", ...args }, keep },
  },
  instances: { min: 1, max: 1 },
  health: { startWithin: 10 },
  network: { egress: "nat" },
  loadBalancer: { drain: 0 },
});

/** An update of the image alone, where what else the service has shows nothing. */
const imageAlone = ["--target", "**immutable:service:ImmutableService::**", "--target", "**immutable:service:Image**"];

/** Puts a stack's recipe beside its program, with the application's file as a text. */
function withRecipe(stack: ServiceStack, application = "the application"): ServiceStack {
  const { folder } = stack.run;
  for (const part of ["ansible", "container", "versions.json"])
    cpSync(join(repository, "images", part), join(folder, "images", part), { recursive: true });
  const test = join(folder, "images/ansible/test.sh");
  writeFileSync(test, '#!/bin/sh\necho "asked the machine"\n');
  chmodSync(test, 0o755);
  mkdirSync(join(folder, "images/app/target"), { recursive: true });
  writeFileSync(join(folder, artifact), application);
  return stack;
}

for (const region of ["cn-hangzhou", "ap-southeast-1"]) {
  describe(`engine: a machine image baked on Alibaba Cloud in ${region}`, function () {
    this.timeout(120_000);
    let world: AlicloudWorld;
    before(async function () {
      world = await AlicloudWorld.start(this, region);
    });
    after(async () => {
      await (world as AlicloudWorld | undefined)?.close();
    });

    it("has nothing to complain about in a preview", async () => {
      const run = await withRecipe(await world.stack(farm("farm"))).preview();
      noComplaints(run);
      assert.ok(plannedChanges(run).length > 30);
      assert.deepEqual(world.double.invalidRequests, []);
    });
  });
}

describe("engine: machine images baked on Alibaba Cloud", function () {
  this.timeout(120_000);
  let world: AlicloudWorld;
  let stack: ServiceStack;
  /** What the machines were told, with what came of it. */
  const told: (ScriptRun & {
    readonly name: string;
    readonly machine: { readonly publicIp: string; readonly imageId: string };
  })[] = [];
  /** The command that fails next, or goes on for ever. */
  let bad: { name: string; how: "fails" | "hangs" } | undefined;

  const machines = () => world.double.world.machines;
  const counts = () => {
    const { machines: running = 0, images = 0, snapshots = 0 } = world.double.inventory();
    return { machines: running, images, snapshots };
  };
  const only = (images: number) => ({ machines: 0, images, snapshots: images });
  const asked = (action: string) => world.double.calls.filter((call) => call.action === action);
  const template = (service: string) =>
    world.double.world.network.launchTemplates.find(({ name }) => name.startsWith(`${service}-1-0-0`))?.versions.at(-1)
      ?.data["ImageId"];
  const bakes = (run: { steps: Parameters<typeof changed>[0] }) =>
    changed(run.steps).filter((step) => step.includes(" BakedImage "));

  /** The image that a stack's bake gave out. */
  const baked = async ({ run }: ServiceStack) =>
    (await run.exportState()).deployment.resources?.find(({ type }) => type.endsWith(":BakedImage"))?.id;
  /** What the retention rule did the last time. */
  const retained = async () =>
    (await stack.run.exportState()).deployment.resources?.find(({ type }) => type.endsWith(":ImageRetention"))?.outputs
      ?.result;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    // The scripts really run, on this machine: only what would change it is a stand-in. What they fetch, the double's bucket has.
    machines().resultOf = async ({ name, script, machine }) => {
      const failing = bad?.name === name ? bad : undefined;
      if (failing?.how === "hangs") return { exitCode: 0, milliseconds: 3_600_000 };
      const one = await runScript(script, { fails: failing ? "ansible-playbook" : "", env: world.double.environment });
      told.push({ ...one, name, machine: { publicIp: machine.publicIp, imageId: machine.imageId } });
      return failing && one.exitCode === 0 ? { exitCode: 3, output: "the service does not answer /healthz" } : one;
    };
    stack = withRecipe(await world.stack(farm("farm")));
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  it("fail with the playbook's words where the playbook fails, and leave nothing", async () => {
    bad = { name: "farm-image-playbook", how: "fails" };
    const { name, message } = failure(await stack.up({}, { expectFailure: true, flags: imageAlone }));
    assert.match(name, /^farm-image-bake-[0-9a-f]{16}$/);
    assert.match(
      message,
      /failed at its playbook: Failed, exit code 1\nthe playbook failed\nansible-playbook is broken\nNothing of it is left; the next update bakes again/,
    );
    assert.deepEqual(counts(), only(0));
  });

  it("fail where no image can be made of the machine, and leave nothing, the half-made image neither", async () => {
    bad = undefined;
    machines().imageSucceeds = () => false;
    const { message } = failure(await stack.up({}, { expectFailure: true, flags: imageAlone }));
    assert.match(message, /failed at its capture: the image m-\w+ became CreateFailed\nNothing of it is left/);
    assert.deepEqual(counts(), only(0));
  });

  it("fail where the image's test fails, and leave nothing, the image neither", async () => {
    machines().imageSucceeds = () => true;
    bad = { name: "farm-image-test", how: "fails" };
    const { message } = failure(await stack.up({}, { expectFailure: true, flags: imageAlone }));
    assert.match(
      message,
      /failed at its test: Failed, exit code 3\nthe service does not answer \/healthz\nNothing of it is left/,
    );
    assert.deepEqual(counts(), only(0));
  });

  it("leave a machine that will end by itself where the engine is killed meanwhile, and the stack can be updated again", async () => {
    bad = { name: "farm-image-playbook", how: "hangs" };
    stack.set({
      image: { build: { from, artifact, arguments: { runtime_maven_central: "https://killed.example.com" } } },
    });
    const before = asked("RunCommand").length;
    await stack.run.killedUp(() => asked("RunCommand").length > before, { flags: imageAlone });
    await stack.run.cancel();
    assert.deepEqual(counts(), { machines: 1, images: 0, snapshots: 0 });
    const [machine] = machines().tables.machines.all();
    assert.ok(Date.parse(machine?.autoRelease ?? "") > Date.now() + 60 * 60_000);
  });

  it("are baked by the next update, which removes that machine first although it was another recipe's, and although the cloud throttles, loses an answer and has no such type in a zone", async () => {
    bad = undefined;
    for (const action of [
      "RunInstances",
      "DescribeImages",
      "CreateImage",
      "RunCommand",
      "TagResources",
      "DeleteInstance",
    ])
      world.double.faults.add({ service: "ecs", action, kind: "throttle-user", times: 1 });
    world.double.faults.add({ action: "CreateImage", kind: "lose", times: 1 });
    machines().soldOut = (_type, zone) => zone.endsWith("-j");
    told.length = 0;
    const run = await stack.up(farm("farm"));
    world.double.faults.clear();
    // The engine warns of what it was killed at.
    assert.deepEqual(
      run.diagnostics.filter(
        ({ severity, message }) => /warning|error/.test(severity) && !message.includes("pending operations"),
      ),
      [],
    );
    machines().soldOut = () => false;
    assert.deepEqual(counts(), only(1));
    assert.deepEqual(
      told.map(({ name, exitCode, output }) => [name, exitCode, output]),
      [
        ["farm-image-playbook", 0, "the playbook is done\n"],
        ["farm-image-test", 0, "asked the machine\n"],
      ],
    );
  });

  it("are what the release starts", async () => {
    const [image] = machines().tables.images.all();
    assert.equal(template("farm"), image?.id);
    assert.equal((await stack.run.outputs()).image, image?.id);
    assert.equal(image?.encrypted, true);
    const tags = Object.fromEntries(image.tags);
    assert.deepEqual([tags.service, tags.version, tags.tested, image.family], ["farm", "1.0.0", "yes", "farm"]);
    assert.match(tags.recipe ?? "", /^[0-9a-f]{16}$/);
  });

  it("are made of the whole Ansible tree, by its hash", () => {
    const [bucket] = world.double.world.buckets.all();
    const [[key = "", content] = []] = bucket?.objects ?? [];
    const hash = createHash("sha256")
      .update(content ?? "")
      .digest("hex");
    assert.equal(key, `${hash}.tar`);
    for (const { fields } of asked("RunCommand").slice(-2))
      assert.match(
        Buffer.from(fields.CommandContent as string, "base64").toString(),
        new RegExp(
          `archive='https://farm-image-archives-[0-9a-f]{8}\\.oss-cn-hangzhou-internal\\.aliyuncs\\.com/${key}\\?.*\\necho "${hash}  `,
          "s",
        ),
      );
    const [playbook] = told;
    assert.ok(playbook?.calls.includes(`${createHash("sha256").update("the application").digest("hex")}  -`));
    assert.ok(playbook?.forgot);
  });

  it("come of machines with no door, no role and no key, tested without a way to the internet", () => {
    for (const { fields } of asked("RunInstances")) {
      assert.deepEqual(
        [
          fields.HttpTokens,
          fields.RamRoleName,
          fields.KeyPairName,
          fields.Password,
          fields.PasswordInherit,
          fields.UserData,
          fields.InstanceType,
        ],
        ["required", undefined, undefined, undefined, undefined, undefined, "ecs.u1-c1m2.large"],
      );
      assert.deepEqual(fields.SystemDisk, {
        Category: "cloud_essd",
        PerformanceLevel: "PL0",
        Size: "20",
        Encrypted: "true",
      });
    }
    const group = world.double.world.network.securityGroups.find(({ name }) => name === "farm-image");
    assert.deepEqual([group?.rules, group?.innerAccess], [[], "Drop"]);
    assert.deepEqual(
      told.map(({ machine }) => machine.publicIp !== ""),
      [true, false],
    );
  });

  it("keep every secret out of the state", async () => {
    const state = JSON.stringify(await stack.run.exportState());
    assert.ok(!/x-oss-signature=[0-9a-f]{64}|double(\/|%2F)\d{8}/.test(state));
  });

  it("show no difference afterwards, and are found by a refresh", async () => {
    await stack.run.refresh({ flags: ["--clear-pending-creates"] });
    const run = await stack.preview();
    noComplaints(run);
    assert.deepEqual(plannedChanges(run), []);
  });

  const second = (keep: number) => ({
    image: { build: { from, artifact, arguments: { runtime_maven_central: "https://second.example.com" }, keep } },
  });

  it("are deleted by the retention rule, with their snapshots, but none that a launch template or a scaling configuration would start", async () => {
    const {
      tables: { images, snapshots },
    } = machines();
    const {
      network: { launchTemplates },
      scaling: { configurations },
    } = world.double.world;
    const [now] = images.all();
    assert.ok(now);
    for (const id of ["m-free", "m-template", "m-configuration"]) {
      images.put(id, { ...now, id, name: id, snapshotId: `s-${id}`, created: "2026-01-02T03:04:05Z" });
      snapshots.put(`s-${id}`, { id: `s-${id}`, encrypted: true, created: now.created, tags: new Map() });
    }
    launchTemplates.put("lt-other", {
      id: "lt-other",
      name: "other",
      created: "",
      resourceGroupId: "",
      defaultVersion: 1,
      versions: [{ number: 1, description: "", created: "", data: { ImageId: "m-template" } }],
      tags: new Map(),
    });
    configurations.put("asc-other", {
      id: "asc-other",
      groupId: "asg-other",
      kind: "ECS",
      name: "other",
      created: "",
      settings: { ImageId: "m-configuration" },
    });
    const run = await stack.up(farm("farm", {}, 1));
    noComplaints(run);
    assert.deepEqual(
      changed(run.steps).filter((step) => !step.startsWith("same")),
      ["update ImageRetention farm-image-retention"],
    );
    assert.equal(await retained(), "deleted m-free");
    assert.deepEqual(
      [...images.all().map(({ id }) => id), snapshots.size],
      [now.id, "m-template", "m-configuration", 3],
    );
    for (const id of ["m-template", "m-configuration"]) {
      images.remove(id);
      snapshots.remove(`s-${id}`);
    }
    launchTemplates.remove("lt-other");
    configurations.remove("asc-other");
  });

  it("are baked for a recipe that changed, beside the old one, which stays as long as the old release would start it", async () => {
    const run = await stack.up(second(1));
    noComplaints(run);
    assert.deepEqual(
      bakes(run).map((step) => step.split(" ")[0]),
      ["create", "delete"],
    );
    assert.equal(await retained(), "nothing to delete");
    assert.deepEqual(counts(), only(2));
    assert.equal((await stack.run.outputs()).image, await baked(stack));
  });

  it("stay when the stack is destroyed, and nothing else does", async () => {
    await stack.run.destroy();
    assert.deepEqual(world.double.inventory(), { images: 2, snapshots: 2 });
  });

  it("are taken by another stack of the service, without another bake", async () => {
    const before = asked("RunInstances").length;
    const images = machines()
      .tables.images.all()
      .map(({ id }) => id);
    const another = withRecipe(await world.stack(farm("farm")));
    noComplaints(await another.up(second(10), { flags: imageAlone }));
    assert.equal(asked("RunInstances").length, before);
    assert.equal(await baked(another), images[1]);
    await another.run.destroy();
    assert.deepEqual(world.double.inventory(), { images: 2, snapshots: 2 });
  });

  it("asked for nothing that the cloud would not have understood", () => {
    assert.deepEqual(world.double.invalidRequests, []);
    assert.deepEqual(world.double.invalidResponses, []);
  });
});
