/** The plan of an image that the stack bakes. */
import assert from "node:assert/strict";
import type { Changes, Plan } from "../../plan/contract";
import { Project, bakingStackFile, stackFile } from "./project";

describe("the plan of a stack that bakes its image", () => {
  let project: Project;
  let commit: string;
  before(() => {
    project = new Project();
    project.write("Pulumi.dev.yaml", bakingStackFile);
    commit = project.commit();
    project.write("build/app.war", "the application");
  });
  after(() => {
    project.remove();
  });

  const planned = async (text: string): Promise<Plan> => {
    project.write("Pulumi.dev.yaml", text);
    const { code, stdout, stderr } = await project.plan("--format", "json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Plan;
  };
  const against = async (text: string, ...args: string[]) => {
    project.write("Pulumi.dev.yaml", text);
    const { code, stdout, stderr } = await project.plan("--against", commit, ...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it("shows the recipe, and how long baking may take if no image of it exists", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile);
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 0, stderr);
    const words = stdout.replace(/\s+/g, " ");
    assert.match(
      words,
      /image recipe [0-9a-f]{16}: build\/app\.war on docker\.io\/library\/debian@sha256:d{12}… baked within 900 s \(15 min\), unless an image of this recipe exists/,
    );
    assert.match(words, /1\. image baked 900 s skipped if an image of this recipe exists 2\. target group/);
    assert.match(words, /Traffic switches within 1260 s/);
    assert.match(words, /image \d+, release \d+, traffic split 3\b/);
    assert.doesNotMatch(words, /undefined|\[object|NaN/);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.length > 100),
      [],
    );
  });

  it("shows the same in Markdown", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile);
    const { stdout } = await project.plan("--format", "markdown");
    assert.match(stdout, /\| image \| recipe [0-9a-f]{16}: build\/app\.war on .*<br>baked within 900 s/);
    assert.match(stdout, /\| 1 \| image baked \| 900 s \|/);
  });

  it("shows the same in JSON, with the resources that bake it", async () => {
    const { services, resources } = await planned(bakingStackFile);
    const { bake, description, update } = services[0] ?? assert.fail();
    assert.deepEqual(description.service.releases[0].shape.image, { recipe: bake?.recipe });
    assert.equal(bake?.artifact, "build/app.war");
    assert.equal(bake.maxSeconds, 900);
    assert.deepEqual(Object.keys(bake.files).slice(-2), ["images/container/app", "build/app.war"]);
    assert.equal(update.steps[0]?.maxSeconds, 900);
    const baking = resources.filter(({ role }) => role === "image");
    assert.ok(baking.length > 3);
    // Everything that bakes, and nothing else, is below the image's component.
    assert.deepEqual(
      resources.filter(({ urn }) => urn.includes("$immutable:service:Image")),
      baking,
    );
    assert.ok(baking.some(({ name }) => name.includes(bake.recipe)));
  });

  it("adds the time of baking and testing a machine image", async () => {
    const { services } = await planned(
      bakingStackFile
        .replace("compute: container", "compute: vm")
        .replace(/docker\.io[^"]*/, "ami-0123456789abcdef0")
        .replace(/, arguments: \{.*?\}/, ""),
    );
    const { bake, update } = services[0] ?? assert.fail();
    assert.deepEqual(Object.keys(bake?.files ?? {}), [
      "images/ansible",
      "images/container/base/conf",
      "images/container/base/bin",
      "images/versions.json",
      "build/app.war",
    ]);
    assert.deepEqual(
      [bake?.maxSeconds, update.steps[0]?.title, update.steps[0]?.maxSeconds],
      [3600, "image baked and tested", 3600],
    );
  });

  it("has no bake for a service that names its image", async () => {
    const { services, resources } = await planned(stackFile);
    assert.ok(services[0] && !("bake" in services[0]));
    assert.deepEqual(
      resources.filter(({ role }) => role === "image"),
      [],
    );
  });

  it("fails at the field while the artifact is not built", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile.replace("build/app.war", "build/none.war"));
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /image\.build\.artifact: does not exist: build build\/none\.war first/);
    const other = await project.plan("--against", commit);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /image\.build\.artifact: does not exist/);
  });

  it("uses the current artifact for a commit that has none, and says so", async () => {
    assert.match(await against(bakingStackFile), /No change against/);
    const { changes } = JSON.parse(await against(bakingStackFile, "--format", "json")) as { changes: Changes };
    assert.deepEqual(changes.notes, [
      "build/app.war is not in git: both plans use the current file, so a change of it does not show.",
    ]);
  });

  it("bakes nothing, in no time, against a commit with the same recipe", async () => {
    const printed = await against(
      bakingStackFile.replace("1.4.2", "1.5.0").replace("artifact:", "revision: abc, artifact:"),
    );
    assert.match(printed, /image +same recipe, nothing to bake/);
    assert.match(printed, /in place +image\.build\.revision: none → abc \(the next image that is baked has it\)/);
    assert.match(printed, /build\/app\.war is not in git/);
    assert.match(printed, /Traffic switches within 360 s/);
    assert.doesNotMatch(printed, /image baked/);
  });

  it("shows a new release for another repository, although the recipe is the same", async () => {
    const other = bakingStackFile.replace("artifact:", "repository: registry.example.com/other, artifact:");
    const { changes } = JSON.parse(await against(other, "--format", "json")) as { changes: Changes };
    const [service] = changes.services;
    assert.deepEqual(
      service?.releases.map(({ change }) => change),
      ["added", "removed"],
    );
    assert.equal(service.image?.change, "unchanged");
    const repository = service.settings.find(({ path }) => path === "image.build.repository");
    assert.deepEqual(
      repository?.effects.map(({ kind }) => kind),
      ["newRelease"],
    );
  });

  it("lists what changed in the recipe against a commit with another one, and adds the time of the bake", async () => {
    project.write("images/container/app/new-file", "new");
    const printed = (
      await against(
        bakingStackFile.replace("d".repeat(64), "e".repeat(64)).replace("maven.example.com", "mirror.example.com"),
      )
    ).replace(/\s+/g, " ");
    assert.match(
      printed,
      /image recipe changed: arguments\.MAVEN_CENTRAL: https:\/\/maven\.example\.com → https:\/\/mirror\.example\.com; from: …\/debian@sha256:d{12}… → …\/debian@sha256:e{12}…; images\/container\/app changed; [0-9a-f]{16} → [0-9a-f]{16}/,
    );
    assert.match(printed, /new release 1-4-2-\w+ \(gets 100 % of traffic\)/);
    assert.match(printed, /1\. image baked 900 s/);
    const markdown = await against(bakingStackFile, "--format", "markdown");
    assert.match(markdown, /^! image: recipe changed: images\/container\/app changed/m);
  });

  it("shows a new recipe against a commit that names its image, and the reverse", async () => {
    const now = commit;
    project.write("Pulumi.dev.yaml", stackFile);
    commit = project.commit();
    assert.match(await against(bakingStackFile), /image +new recipe [0-9a-f]{16}: baked unless/);
    commit = now;
    const printed = (await against(stackFile)).replace(/\s+/g, " ");
    assert.match(printed, /image no longer baked in this stack; the image of recipe [0-9a-f]{16} stays in the cloud/);
    assert.doesNotMatch(printed, /image baked/);
  });

  it("shows a change of an artifact that is in git", async () => {
    project.write("app.war", "one");
    const inGit = bakingStackFile.replace("build/app.war", "app.war");
    project.write("Pulumi.dev.yaml", inGit);
    commit = project.commit();
    project.write("app.war", "two");
    const printed = await against(inGit);
    assert.match(printed, /recipe changed: app\.war changed/);
    assert.doesNotMatch(printed, /is not in git/);
  });
});
