/** What the plan says of an image that the stack bakes. */
import assert from "node:assert/strict";
import type { Changes } from "../../plan/derive/changes";
import type { Plan } from "../../plan/contract";
import { Project, bakingStackFile, stackFile } from "./project";

describe("the plan of a stack that bakes its image", function () {
  this.timeout(120_000);
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

  const planned = async (written: string): Promise<Plan> => {
    project.write("Pulumi.dev.yaml", written);
    const { code, stdout, stderr } = await project.plan("--format", "json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Plan;
  };
  const against = async (written: string, ...args: string[]) => {
    project.write("Pulumi.dev.yaml", written);
    const { code, stdout, stderr } = await project.plan("--against", commit, ...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it("says which image it will be, that it is baked only if it is not there, and how long that may take", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile);
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 0, stderr);
    const words = stdout.replace(/\s+/g, " ");
    assert.match(
      words,
      /image recipe [0-9a-f]{16}: build\/app\.war on docker\.io\/library\/debian@sha256:d{12}… baked unless one of this recipe is there already, which takes 900 s \(15 min\) at most/,
    );
    assert.match(words, /1\. image baked 900 s .* 2\. target group/);
    assert.match(words, /Traffic has moved after at most 1240 s/);
    assert.match(words, /service 1, image \d+, network 27,/);
    assert.doesNotMatch(words, /undefined|\[object|NaN/);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.length > 100),
      [],
    );
  });

  it("says the same in a comment", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile);
    const { stdout } = await project.plan("--format", "markdown");
    assert.match(stdout, /\| image \| recipe [0-9a-f]{16}: build\/app\.war on .*<br>baked unless/);
    assert.match(stdout, /\| 1 \| image baked \| 900 s \|/);
  });

  it("says the same in JSON, and whose resources bake it", async () => {
    const { services, resources } = await planned(bakingStackFile);
    const { bake, description, update } = services[0] ?? assert.fail();
    assert.deepEqual(description.service.releases[0]?.shape.image, { recipe: bake?.recipe });
    assert.equal(bake?.artifact, "build/app.war");
    assert.equal(bake.atMost, 900);
    assert.deepEqual(Object.keys(bake.files).slice(-2), ["images/container/app", "build/app.war"]);
    assert.equal(update.steps[0]?.atMost, 900);
    const baking = resources.filter(({ role }) => role === "image");
    assert.ok(baking.length > 3);
    // Everything that bakes, and nothing else, is below the image's component.
    assert.deepEqual(
      resources.filter(({ urn }) => urn.includes("$immutable:service:Image")),
      baking,
    );
    assert.ok(baking.some(({ name }) => name.includes(bake.recipe)));
  });

  it("counts a machine image's bake and its test", async () => {
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
      [bake?.atMost, update.steps[0]?.what, update.steps[0]?.atMost],
      [3600, "image baked and tested", 3600],
    );
  });

  it("says nothing of a bake for a service that names its image", async () => {
    const { services, resources } = await planned(stackFile);
    assert.ok(services[0] && !("bake" in services[0]));
    assert.deepEqual(
      resources.filter(({ role }) => role === "image"),
      [],
    );
  });

  it("fails at its place while the artifact is not built", async () => {
    project.write("Pulumi.dev.yaml", bakingStackFile.replace("build/app.war", "build/none.war"));
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /image\.build\.artifact: does not exist: build build\/none\.war first/);
    const other = await project.plan("--against", commit);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /image\.build\.artifact: does not exist/);
  });

  it("against a commit that has no artifact takes today's for both, and says so", async () => {
    assert.match(await against(bakingStackFile), /No change against/);
    const { changes } = JSON.parse(await against(bakingStackFile, "--format", "json")) as { changes: Changes };
    assert.deepEqual(changes.notes, [
      "build/app.war is not in git: both plans take the one that is here now, so a change of it is not told.",
    ]);
  });

  it("against a commit with the same recipe has nothing to bake, and counts no time for it", async () => {
    const told = await against(
      bakingStackFile.replace("1.4.2", "1.5.0").replace("artifact:", "revision: abc, artifact:"),
    );
    assert.match(told, /image +same recipe, nothing to bake/);
    assert.match(told, /in place +build\.revision: none → abc/);
    assert.match(told, /build\/app\.war is not in git/);
    assert.match(told, /Traffic has moved after at most 340 s/);
    assert.doesNotMatch(told, /image baked/);
  });

  it("against a commit with another recipe says what of it changed, and counts the bake", async () => {
    project.write("images/container/app/new-file", "new");
    const told = (
      await against(
        bakingStackFile.replace("d".repeat(64), "e".repeat(64)).replace("maven.example.com", "mirror.example.com"),
      )
    ).replace(/\s+/g, " ");
    assert.match(
      told,
      /image recipe changed: arguments\.MAVEN_CENTRAL: https:\/\/maven\.example\.com → https:\/\/mirror\.example\.com; from: …\/debian@sha256:d{12}… → …\/debian@sha256:e{12}…; images\/container\/app differs; [0-9a-f]{16} → [0-9a-f]{16}/,
    );
    assert.match(told, /1-4-2-\w+ comes, with 100 %/);
    assert.match(told, /1\. image baked 900 s/);
    const markdown = await against(bakingStackFile, "--format", "markdown");
    assert.match(markdown, /\| image \| recipe changed: images\/container\/app differs/);
  });

  it("against a commit that names its image says that a recipe comes, and the other way round that it goes", async () => {
    const now = commit;
    project.write("Pulumi.dev.yaml", stackFile);
    commit = project.commit();
    assert.match(await against(bakingStackFile), /image +recipe [0-9a-f]{16} comes: baked unless/);
    commit = now;
    const told = (await against(stackFile)).replace(/\s+/g, " ");
    assert.match(told, /image no longer baked here; the image of recipe [0-9a-f]{16} stays in the cloud/);
    assert.doesNotMatch(told, /image baked/);
  });

  it("against a commit that has the artifact in git tells its change", async () => {
    project.write("app.war", "one");
    const written = bakingStackFile.replace("build/app.war", "app.war");
    project.write("Pulumi.dev.yaml", written);
    commit = project.commit();
    project.write("app.war", "two");
    const told = await against(written);
    assert.match(told, /recipe changed: app\.war differs/);
    assert.doesNotMatch(told, /is not in git/);
  });
});
