/** Machine images on AWS: the real engine and provider, and a double of EC2 Image Builder that bakes and tests them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { ServiceArgs } from "../../components/spec";
import { changed, done, failure, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { ImageBuilder } from "./support/image-builder";
import { imageTags, tagImage } from "./support/image-tags";
import { MachineStack, parentImage } from "./support/machine-stack";
import { SimulatedReleases } from "./support/simulated-releases";
import { findToolchain, needs, type Toolchain } from "./support/toolchain";
import { World } from "./support/world";
import { clockSpeed } from "../support/clock";

describe("engine: a machine image on AWS, in a preview without an account", () => {
  let toolchain: Toolchain;
  before(function () {
    toolchain = needs(this, findToolchain());
  });

  it("plans each kind of Image Builder's resources without a warning of the real provider", async () => {
    const stack = await MachineStack.create({
      toolchain,
      program: "service",
      config: { "aws:skipCredentialsValidation": true, "aws:skipRequestingAccountId": true },
    });
    try {
      const preview = await stack.run.preview();
      noComplaints(preview);
      const planned = changed(plannedChanges(preview)).filter((step) => step.includes("-image-"));
      for (const type of [
        "Component",
        "ImageRecipe",
        "InfrastructureConfiguration",
        "DistributionConfiguration",
        "ImageRetention",
        "BakedImage",
      ]) {
        assert.equal(planned.filter((step) => step.startsWith(`create ${type} `)).length, 1, type);
      }
    } finally {
      stack.remove();
    }
  });
});

describe("engine: a machine image on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World, builder: ImageBuilder, stack: MachineStack, other: MachineStack;
  const createStack = async (program: "service" | "image", service: Partial<ServiceArgs> = {}) => {
    const created = await MachineStack.create({
      toolchain: world.toolchain,
      gatewayUrl: world.gateway.url,
      imageBuilder: builder.url,
      program,
      service,
    });
    world.closing.push(() => {
      created.remove();
    });
    return created;
  };
  const ec2 = async (action: string, element: string, parameters: Record<string, string> = {}) =>
    [
      ...(await world.emulator.query("ec2", "2016-11-15", action, parameters)).matchAll(
        new RegExp(`<${element}>([^<]*)`, "g"),
      ),
    ].map(([, id = ""]) => id);
  const images = (filters: Record<string, string> = {}) => {
    const parameters = Object.entries(filters).flatMap(([name, value], index) => [
      [`Filter.${index + 1}.Name`, name],
      [`Filter.${index + 1}.Value.1`, value],
    ]);
    return ec2("DescribeImages", "imageId", {
      "Owner.1": "self",
      ...(Object.fromEntries(parameters) as Record<string, string>),
    });
  };
  const snapshots = () => ec2("DescribeSnapshots", "snapshotId", { "Owner.1": "self" });
  const machines = () =>
    ec2("DescribeInstances", "instanceId", {
      "Filter.1.Name": "instance-state-name",
      "Filter.1.Value.1": "running",
      "Filter.1.Value.2": "pending",
    });
  const image = async (of: MachineStack) => String((await of.run.outputs()).image);

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    builder = new ImageBuilder(world.emulator);
    await builder.start();
    world.closing.push(() => builder.stop());
    await simulated.startIn(world);
    stack = await createStack("service", {
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
    });
    other = await createStack("image");
  });

  it("is baked, and its id is in the release's launch template; the next preview shows no change", async () => {
    builder.pollsBeforeEnd = 1;
    noComplaints(await stack.run.up());
    builder.pollsBeforeEnd = 0;
    const [baked = ""] = await images();
    assert.equal(await image(stack), baked);
    const [template = ""] = await ec2("DescribeLaunchTemplates", "launchTemplateId");
    assert.deepEqual(await ec2("DescribeLaunchTemplateVersions", "imageId", { LaunchTemplateId: template }), [baked]);
    assert.deepEqual(await machines(), []);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("is built from the whole recipe, which is stored under its hash", async () => {
    const [{ data = "" } = {}] = builder.all("Component") as { data?: string }[];
    const document = parse(data) as { phases: { steps: { inputs: unknown }[] }[] };
    const [fetch, unpack] = document.phases[0]?.steps ?? [];
    const [{ source = "" } = {}] = fetch?.inputs as { source?: string }[];
    const archive = Buffer.from(await (await fetchObject(source)).arrayBuffer());
    const sha256 = createHash("sha256").update(archive).digest("hex");
    assert.ok(source.endsWith(`/${sha256}.tar`));
    assert.ok(JSON.stringify(unpack?.inputs).includes(`echo '${sha256}  `));
    for (const path of [
      "ansible/site.yml",
      "ansible/roles/runtime/tasks/main.yml",
      "ansible/test.sh",
      "container/base/bin/start",
      "versions.json",
      "app/target/bookstore.war",
    ])
      assert.ok(archive.includes(path), path);
  });

  const fetchObject = async (source: string) => {
    const answer = await fetch(source.replace("s3://", `${world.emulator.url}/`), {
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
      },
    });
    assert.equal(answer.status, 200);
    return answer;
  };

  it("is built encrypted on a machine without ingress or key pair, and is found by its tags", async () => {
    const [recipe = {}] = builder.all("ImageRecipe");
    assert.deepEqual(
      [recipe.parentImage, recipe.blockDeviceMappings],
      [
        parentImage,
        [{ deviceName: "/dev/xvda", ebs: { encrypted: true, deleteOnTermination: true, volumeType: "gp3" } }],
      ],
    );
    const [infrastructure = {}] = builder.all("InfrastructureConfiguration");
    assert.deepEqual(
      [infrastructure.terminateInstanceOnFailure, infrastructure.instanceMetadataOptions, infrastructure.keyPair],
      [true, { httpTokens: "required", httpPutResponseHopLimit: 1 }, undefined],
    );
    const [group = ""] = infrastructure.securityGroupIds as string[];
    const rules = await world.emulator.query("ec2", "2016-11-15", "DescribeSecurityGroupRules", {
      "Filter.1.Name": "group-id",
      "Filter.1.Value.1": group,
    });
    assert.deepEqual(
      [...rules.matchAll(/<isEgress>(\w+)/g)].map(([, egress]) => egress),
      ["true"],
    );
    assert.deepEqual(await images({ "tag:service": "books", "tag:version": "1.0.0", "tag:revision": "abc" }), [
      await image(stack),
    ]);
  });

  it("is not baked again by another stack of the service", async () => {
    noComplaints(await other.run.up());
    assert.equal(builder.started, 1);
    assert.equal(await image(other), await image(stack));
  });

  for (const { failing, fails, message } of [
    {
      failing: "playbook",
      fails: "BUILD",
      message:
        /failed in its build, step ApplyBuildComponents \(the playbook ended with 2\).*\/aws\/imagebuilder\/books-image-recipe-/s,
    },
    {
      failing: "image test",
      fails: "TEST",
      message: /failed in its test, step RunTestComponents \(the test ended with 1\)/,
    },
  ] as const) {
    it(`fails the update with the name of the step and leaves nothing when its ${failing} fails`, async () => {
      const before = [await images(), await snapshots(), builder.started + 1];
      other.write("dist/app.war", "an app that is baked at last");
      builder.outcomes.push({ fails, leavesMachine: true });
      const run = await other.run.up({ expectFailure: true });
      assert.match(failure(run).name, /-image-bake-/);
      assert.match(failure(run).message, message);
      assert.deepEqual([await images(), await snapshots(), builder.started, await machines()], [...before, []]);
      assert.deepEqual(
        [...builder.builds.values()].filter(({ status }) => status !== "AVAILABLE"),
        [],
      );
    });
  }

  it("is cancelled when its build takes too long, and leaves nothing", async () => {
    const before = await images();
    builder.outcomes.push({ hangs: true });
    const run = await other.run.up({ expectFailure: true, env: clockSpeed(1000) });
    assert.match(failure(run).message, /took longer than 60 min and was cancelled in its build/);
    assert.deepEqual([await images(), await machines()], [before, []]);
  });

  it("is baked by the next update, and the update after an interrupted one waits for its build", async () => {
    const [before, started] = [await images(), builder.started];
    builder.pollsBeforeEnd = 3;
    await other.run.killedUp(
      ({ name, phase }) => name.includes("-image-bake-") && phase === "start" && builder.started > started,
    );
    await other.run.cancel();
    builder.pollsBeforeEnd = 0;
    await other.run.up();
    assert.deepEqual([builder.started, (await images()).length], [started + 1, before.length + 1]);
  });

  it("is baked for a changed artifact with a new release, and the previous image stays", async () => {
    const before = await image(stack);
    stack.write("dist/app.war", "the next app");
    const run = await stack.run.up();
    assert.ok(
      done(run).some((step) => /^create BakedImage books-image-bake-/.test(step)) &&
        done(run).some((step) => /^create Group books-1-0-0-/.test(step)),
    );
    assert.notEqual(await image(stack), before);
    assert.ok((await images()).includes(before));
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("is baked again after a refresh when it has been deleted", async () => {
    const deleted = await image(other);
    await world.emulator.query("ec2", "2016-11-15", "DeregisterImage", { ImageId: deleted });
    await other.run.up({ flags: ["--refresh"] });
    assert.ok((await images()).includes(await image(other)));
  });

  it("bears the mark of the release that runs it, and the image before has the day on which it lost its own", async () => {
    const { image: current, release } = await stack.run.outputs();
    const tags = await imageTags(world.emulator, String(current));
    assert.deepEqual(
      [...tags.keys()].filter((key) => key.startsWith("live-")),
      [`live-test.${String(release)}`],
    );
    const before = (await images({ "tag-key": "last-named" })).filter((id) => id !== current);
    assert.equal(before.length, 1);
    const lost = await imageTags(world.emulator, before[0] ?? "");
    assert.deepEqual(
      [lost.get("last-named"), [...lost.keys()].filter((key) => key.startsWith("live-"))],
      [new Date().toISOString().slice(0, 10), []],
    );
  });

  it("is deleted with its snapshot once no release has named it for as many days as keep says, and never while a stack's mark is on it", async () => {
    const current = await image(stack);
    const [free = "", marked = ""] = (await images({ "tag:service": "books" })).filter((id) => id !== current);
    assert.ok(free && marked);
    await tagImage(world.emulator, free, { "last-named": "2026-01-02" });
    await tagImage(world.emulator, marked, { "last-named": "2026-01-02", "live-another.1-0-0-0a1b2c": "2026-01-02" });
    const before = await snapshots();
    stack.write("dist/app.war", "an app after months");
    await stack.run.up();
    const left = await images();
    assert.deepEqual([left.includes(free), left.includes(marked), left.includes(current)], [false, true, true]);
    assert.equal((await snapshots()).length, before.length);
  });

  it("remains when its stacks are destroyed, and nothing else does", async () => {
    const kept = await images();
    await Promise.all(
      [stack, other].map(async ({ run }) => {
        await run.destroy();
        assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
      }),
    );
    assert.deepEqual(await images(), kept);
    assert.deepEqual([...builder.items.keys()], []);
  });
});
