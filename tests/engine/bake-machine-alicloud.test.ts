/**
 * Machine images on Alibaba Cloud, baked by the stack: the real engine and provider against a double of the cloud's
 * API.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { runScript, type ScriptRun } from "../support/scripted-machine";
import { addOldImages, bakedService, bakedStack, buildImage, imageOnly, marksOf } from "./support/alicloud-bake";
import { AlicloudWorld } from "./support/alicloud-world";
import { changed, failure, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { missingRights } from "./support/rights";
import type { ServiceStack } from "./support/world";

describe("engine: machine images baked on Alibaba Cloud", () => {
  let world: AlicloudWorld;
  let stack: ServiceStack;
  /** The scripts that ran on the machines, and how they ended. */
  const scriptRuns: (ScriptRun & {
    readonly name: string;
    readonly machine: { readonly publicIp: string; readonly imageId: string };
  })[] = [];
  /** The command that is to fail or hang. */
  let fault: { name: string; how: "fails" | "hangs" } | undefined;

  const machines = () => world.double.world.machines;
  const counts = () => {
    const { machines: running = 0, images = 0, snapshots = 0 } = world.double.inventory();
    return { machines: running, images, snapshots };
  };
  const imagesOnly = (images: number) => ({ machines: 0, images, snapshots: images });
  const requests = (action: string) => world.double.calls.filter((call) => call.action === action);
  const template = (service: string) =>
    world.double.world.network.launchTemplates.find(({ name }) => name.startsWith(`${service}-1-0-0`))?.versions.at(-1)
      ?.data["ImageId"];
  const bakes = (run: { steps: Parameters<typeof changed>[0] }) =>
    changed(run.steps).filter((step) => step.includes(" BakedImage "));

  /** The id of a stack's baked image. */
  const baked = async ({ run }: ServiceStack) =>
    (await run.exportState()).deployment.resources?.find(({ type }) => type.endsWith(":BakedImage"))?.id;
  /** The result of the last run of the retention rule. */
  const retained = async () =>
    (await stack.run.exportState()).deployment.resources?.find(({ type }) => type.endsWith(":ImageRetention"))?.outputs
      ?.result;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    // The scripts run for real on this machine, with fakes for what would change it. They download from the double's
    // bucket.
    machines().resultOf = async ({ name, script, machine }) => {
      const failing = fault?.name === name ? fault : undefined;
      if (failing?.how === "hangs") return { exitCode: 0, milliseconds: 3_600_000 };
      const ended = await runScript(script, {
        fails: failing ? "ansible-playbook" : "",
        env: world.double.environment,
      });
      scriptRuns.push({ ...ended, name, machine: { publicIp: machine.publicIp, imageId: machine.imageId } });
      return failing && ended.exitCode === 0 ? { exitCode: 3, output: "the service does not answer /healthz" } : ended;
    };
    // A new account: it reaches objects under the internal names of OSS only.
    world.double.world.publicObjectData = false;
    stack = await bakedStack(world, "vm");
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  it("fail before a machine is launched where the account reaches no object under a public name", async () => {
    const open = await bakedStack(world, "public", {});
    const { name, message } = failure(await open.up({}, { expectFailure: true, flags: imageOnly }));
    assert.equal(name, "public-image-archives-data");
    assert.match(message, /PublicEndpointForbidden.*run the update in a VPC of the region, with alicloud:endpoints/);
    assert.deepEqual([requests("PutObject"), requests("RunInstances")], [[], []]);
    await open.run.destroy();
    assert.deepEqual(world.double.inventory(), {});
  });

  it("fail with the playbook's output when the playbook fails, and leave nothing", async () => {
    fault = { name: "vm-image-playbook", how: "fails" };
    const { name, message } = failure(await stack.up({}, { expectFailure: true, flags: imageOnly }));
    assert.match(name, /^vm-image-bake-[0-9a-f]{16}$/);
    assert.match(
      message,
      /failed at its playbook: Failed, exit code 1\nthe playbook failed\nansible-playbook is broken\nNothing of it is left; the next update bakes again/,
    );
    assert.deepEqual(counts(), imagesOnly(0));
  });

  it("fail when the machine cannot be captured, and leave no machine and no incomplete image", async () => {
    fault = undefined;
    machines().imageSucceeds = () => false;
    // Neither is found by its tags when it is to be deleted.
    world.double.world.delays.tags = 60_000;
    const { message } = failure(await stack.up({}, { expectFailure: true, flags: imageOnly }));
    world.double.world.delays.tags = 200;
    assert.match(message, /failed at its capture: the image m-\w+ became CreateFailed\nNothing of it is left/);
    assert.deepEqual(counts(), imagesOnly(0));
  });

  it("fail when the image's test fails, and leave no machine and no image", async () => {
    machines().imageSucceeds = () => true;
    fault = { name: "vm-image-test", how: "fails" };
    const { message } = failure(await stack.up({}, { expectFailure: true, flags: imageOnly }));
    assert.match(
      message,
      /failed at its test: Failed, exit code 3\nthe service does not answer \/healthz\nNothing of it is left/,
    );
    assert.deepEqual(counts(), imagesOnly(0));
  });

  it("leave a machine that is released automatically when the engine is killed, and the stack can be updated again", async () => {
    fault = { name: "vm-image-playbook", how: "hangs" };
    stack.set(buildImage("https://killed.example.com"));
    const before = requests("RunCommand").length;
    await stack.run.killedUp(() => requests("RunCommand").length > before, { flags: imageOnly });
    await stack.run.cancel();
    assert.deepEqual(counts(), { machines: 1, images: 0, snapshots: 0 });
    const [machine] = machines().tables.machines.all();
    assert.ok(Date.parse(machine?.autoRelease ?? "") > Date.now() + 60 * 60_000);
  });

  it("are baked by the next update, which removes that machine, although the cloud throttles, loses an answer and has sold out a zone", async () => {
    fault = undefined;
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
    scriptRuns.length = 0;
    const run = await stack.up(bakedService("vm"));
    world.double.faults.clear();
    // The engine warns of the operation that was pending when it was killed.
    assert.deepEqual(
      run.diagnostics.filter(
        ({ severity, message }) => /warning|error/.test(severity) && !message.includes("pending operations"),
      ),
      [],
    );
    machines().soldOut = () => false;
    assert.deepEqual(counts(), imagesOnly(1));
    assert.deepEqual(
      scriptRuns.map(({ name, exitCode, output }) => [name, exitCode, output]),
      [
        ["vm-image-playbook", 0, "the playbook is done\n"],
        ["vm-image-test", 0, "asked the machine\n"],
      ],
    );
  });

  it("are used by the release's launch template", async () => {
    const [image] = machines().tables.images.all();
    assert.equal(template("vm"), image?.id);
    assert.equal((await stack.run.outputs()).image, image?.id);
    assert.equal(image?.encrypted, true);
    const tags = Object.fromEntries(image.tags);
    assert.deepEqual([tags.service, tags.version, tags.tested, image.family], ["vm", "1.0.0", "yes", "vm"]);
    assert.match(tags.recipe ?? "", /^[0-9a-f]{16}$/);
  });

  it("are built from the whole Ansible tree, which is stored under its hash", () => {
    const [bucket] = world.double.world.buckets.all();
    const [[key = "", content] = []] = bucket?.objects ?? [];
    const hash = createHash("sha256")
      .update(content ?? "")
      .digest("hex");
    assert.equal(key, `${hash}.tar`);
    for (const { fields } of requests("RunCommand").slice(-2))
      assert.match(
        Buffer.from(fields.CommandContent as string, "base64").toString(),
        new RegExp(
          `archive='https://vm-image-archives-[0-9a-f]{8}\\.oss-cn-hangzhou-internal\\.aliyuncs\\.com/${key}\\?.*\\necho "${hash}  `,
          "s",
        ),
      );
    const [playbook] = scriptRuns;
    assert.ok(playbook?.calls.includes(`${createHash("sha256").update("the application").digest("hex")}  -`));
    assert.ok(playbook?.forgot);
  });

  it("are built on machines without ingress, role or key pair, and tested without internet access", () => {
    for (const { fields } of requests("RunInstances")) {
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
    const group = world.double.world.network.securityGroups.find(({ name }) => name === "vm-image");
    assert.deepEqual([group?.rules, group?.innerAccess], [[], "Drop"]);
    assert.deepEqual(
      scriptRuns.map(({ machine }) => machine.publicIp !== ""),
      [true, false],
    );
  });

  it("leave no secret in the state", async () => {
    const state = JSON.stringify(await stack.run.exportState());
    assert.ok(!/x-oss-signature=[0-9a-f]{64}|double(\/|%2F)\d{8}/.test(state));
  });

  it("show no change in a preview after a refresh", async () => {
    await stack.run.refresh({ flags: ["--clear-pending-creates"] });
    const run = await stack.preview();
    noComplaints(run);
    assert.deepEqual(plannedChanges(run), []);
  });

  const today = () => new Date().toISOString().slice(0, 10);
  const secondBuild = (keep: number) => buildImage("https://second.example.com", keep);

  it("are deleted with their snapshots by the retention rule, unless a launch template, a scaling configuration or another stack uses them", async () => {
    const { images, snapshots } = machines().tables;
    const [current] = images.all();
    const removeOldImages = addOldImages(world.double);
    const run = await stack.up(bakedService("vm", 1));
    noComplaints(run);
    assert.deepEqual(
      changed(run.steps).filter((step) => !step.startsWith("same")),
      [
        "update ImageRetention vm-image-retention",
        "update Intent vm-intent",
        "update TrafficRule vm-traffic-split-http",
      ],
    );
    assert.equal(await retained(), "deleted m-free");
    assert.deepEqual(
      [...images.all().map(({ id }) => id), snapshots.size],
      [current?.id, "m-template", "m-configuration", "m-live", "m-undated", 5],
    );
    // Its days begin now.
    assert.equal(images.get("m-undated")?.tags.get("last-named"), today());
    removeOldImages();
  });

  it("are baked for a changed recipe, and the previous image stays while the old release uses it", async () => {
    const run = await stack.up(secondBuild(1));
    noComplaints(run);
    assert.deepEqual(
      bakes(run).map((step) => step.split(" ")[0]),
      ["create", "delete"],
    );
    assert.equal(await retained(), "nothing to delete");
    assert.deepEqual(counts(), imagesOnly(2));
    const { image, release } = await stack.run.outputs();
    assert.equal(image, await baked(stack));
    const [before, current] = machines().tables.images.all();
    assert.deepEqual([marksOf(before), before?.tags.get("last-named")], [[], today()]);
    assert.deepEqual([marksOf(current), current?.tags.get("last-named")], [[String(release)], undefined]);
  });

  it("remain when the stack is destroyed, and nothing else does", async () => {
    await stack.run.destroy();
    assert.deepEqual(world.double.inventory(), { images: 2, snapshots: 2 });
    for (const image of machines().tables.images.all())
      assert.deepEqual([marksOf(image), image.tags.get("last-named")], [[], today()]);
  });

  it("are reused by another stack of the service without another bake", async () => {
    const before = requests("RunInstances").length;
    const images = machines()
      .tables.images.all()
      .map(({ id }) => id);
    const another = await bakedStack(world, "vm");
    noComplaints(await another.up(secondBuild(10), { flags: imageOnly }));
    assert.equal(requests("RunInstances").length, before);
    assert.equal(await baked(another), images[1]);
    await another.run.destroy();
    assert.deepEqual(world.double.inventory(), { images: 2, snapshots: 2 });
  });

  it("need no right that docs/rights.md lacks, and no request that the API would reject as malformed", () => {
    assert.deepEqual(missingRights(world.double.calls), []);
    assert.deepEqual(world.double.invalidRequests, []);
    assert.deepEqual(world.double.invalidResponses, []);
  });
});
