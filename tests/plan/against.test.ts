import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Changes } from "../../plan/derive/changes";
import { Project, stackFile } from "./project";

describe("the plan against another commit", function () {
  this.timeout(60_000);
  let project: Project;
  let commit: string;
  before(() => {
    project = new Project();
    commit = project.commit();
  });
  after(() => {
    project.remove();
  });

  const against = async (written: string) => {
    project.write("Pulumi.dev.yaml", written);
    const { code, stdout, stderr } = await project.plan("--against", commit, "--format", "json");
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { changes: Changes }).changes;
  };

  it("says that nothing changes", async () => {
    project.write("Pulumi.dev.yaml", stackFile);
    const { code, stdout, stderr } = await project.plan("--against", "HEAD");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /No change against HEAD \([0-9a-f]{7}\)/);
  });

  it("tells which release comes and which goes, and what sets them apart", async () => {
    const { services, created, deleted, changed } = await against(
      stackFile.replace("1.4.2", "1.5.0").replace("retentionDays: 30", "retentionDays: 60"),
    );
    const [{ fate, releases, inPlace } = assert.fail()] = services;
    assert.equal(fate, "changes");
    assert.deepEqual(
      releases.map((release) => [release.fate, release.id.slice(0, 5)]),
      [
        ["comes", "1-5-0"],
        ["goes", "1-4-2"],
      ],
    );
    assert.deepEqual(releases[0]?.differs, [{ path: "version", before: "1.4.2", after: "1.5.0" }]);
    assert.deepEqual(inPlace, [{ path: "logs.retentionDays", before: 30, after: 60 }]);
    assert.equal(created.length, deleted.length);
    assert.ok(created.some(({ name }) => name.endsWith("-gate")));
    assert.ok(changed.some(({ name }) => name === "bookstore-traffic-split"));
    assert.ok(changed.some(({ name }) => name === "bookstore-logs"));
  });

  it("tells what moves in place, without a release", async () => {
    const { services, created, deleted } = await against(stackFile.replace("max: 6", "max: 8"));
    assert.deepEqual(services[0]?.inPlace, [{ path: "instances.max", before: 6, after: 8 }]);
    assert.equal(created.length + deleted.length, 0);
    const { stdout } = await project.plan("--against", commit);
    assert.match(stdout, /instances\.max: 6 → 8/);
    assert.match(stdout, /No release comes or goes/);
    assert.doesNotMatch(stdout, /drained/);
  });

  it("tells how the traffic moves to a release beside the first, which nothing drains", async () => {
    const canary = `${stackFile.replace("1.4.2", "2.0.0")}    releases:\n      - {version: 1.4.2, image: registry.example.com/bookstore@sha256:${"a".repeat(64)}, weight: 90}\n`;
    const { services } = await against(canary);
    assert.deepEqual(
      services[0]?.releases.map(({ fate, weightBefore, weightAfter }) => [fate, weightBefore, weightAfter]),
      [
        ["comes", undefined, 10],
        ["stays", 100, 90],
      ],
    );
    const { stdout } = await project.plan("--against", commit);
    assert.match(stdout, /1-4-2-\w+ stays, with 100 % → 90 % of the traffic/);
    assert.doesNotMatch(stdout, /drained/);
  });

  it("says that files go with whatever is in them", async () => {
    const { notes } = await against(stackFile.replace("    files: {}\n", ""));
    assert.match(notes.join("\n"), /Deleted with whatever is in it: bookstore-files/);
  });

  it("shows Markdown in which nothing vanishes as HTML", async () => {
    project.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0"));
    const { stdout } = await project.plan("--against", commit, "--format", "markdown");
    assert.match(stdout, /&lt;bookstore-1-4-2/);
    assert.deepEqual([...stdout.matchAll(/<(?!\/?(details|summary|br)>|!-- )/g)], []);
  });

  it("takes a stack that was not there for new", async () => {
    project.write("Pulumi.new.yaml", stackFile);
    const { code, stdout, stderr } = await project.plan("--stack", "new", "--against", commit);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /bookstore comes/);
    assert.match(stdout, /Pulumi\.new\.yaml is not there at/);
  });

  it("leaves nothing behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-test-"));
    const { code, stderr } = await project.planWith({ TMPDIR: folder }, "--against", commit);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("plan-against-")),
      [],
    );
    rmSync(folder, { recursive: true });
  });

  it("fails for a ref that is not there, without git, without a plan there, and with bad settings there", async () => {
    const says = async (ref: string, message: RegExp) => {
      project.write("Pulumi.dev.yaml", stackFile);
      const { code, stdout, stderr } = await project.plan("--against", ref);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    };
    await says("no-such-ref", /no commit "no-such-ref"/);
    project.write("Pulumi.dev.yaml", stackFile.replace("container", "cotainer"));
    await says(project.commit(), /there is no plan at[\s\S]*compute: must be one of/);
    project.write("package.json", "{}");
    await says(project.commit(), /has no script "plan"/);
    const elsewhere = new Project();
    const { code, stderr } = await elsewhere.plan("--against", "HEAD");
    elsewhere.remove();
    assert.equal(code, 1);
    assert.match(stderr, /in no git repository/);
  });
});
