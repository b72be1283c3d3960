import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Changes } from "../../plan/contract";
import { Project, committedProject, stackFile } from "./project";

describe("the plan against another commit", () => {
  const made = committedProject();

  const against = (text: string) => made.project.changesAgainst(made.commit, text);

  it("reports that nothing changes", async () => {
    made.project.write("Pulumi.dev.yaml", stackFile);
    const { code, stdout, stderr } = await made.project.plan("--against", "HEAD");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /No change against HEAD \([0-9a-f]{7}\)/);
  });

  it("lists the added and the removed release, and how they differ", async () => {
    const { services, created, deleted, changed } = await against(
      stackFile.replace("1.4.2", "1.5.0").replace("retentionDays: 30", "retentionDays: 60"),
    );
    const [{ change, releases, settings } = assert.fail()] = services;
    assert.equal(change, "changed");
    assert.deepEqual(
      releases.map((release) => [release.change, release.id.slice(0, 5)]),
      [
        ["added", "1-5-0"],
        ["removed", "1-4-2"],
      ],
    );
    assert.deepEqual(releases[0]?.differences, [{ path: "version", before: "1.4.2", after: "1.5.0" }]);
    assert.deepEqual(
      settings.map(({ path, before, after, effects }) => [path, before, after, effects.map(({ kind }) => kind)]),
      [["logs.retentionDays", 30, 60, ["inPlace"]]],
    );
    assert.equal(created.length, deleted.length);
    assert.ok(created.some(({ name }) => name.endsWith("-gate")));
    assert.ok(changed.some(({ name }) => name === "bookstore-traffic-split-http"));
    assert.ok(changed.some(({ name }) => name === "bookstore-logs"));
    const { stdout } = await made.project.plan("--against", made.commit);
    assert.match(stdout, /new +release 1-5-0-\w+ \(gets 100 % of traffic\):\n +version: 1\.4\.2 → 1\.5\.0\n/);
    assert.match(stdout, /removed +release 1-4-2-\w+ \(had 100 % of traffic\)/);
  });

  it("lists settings that change in place, without a release", async () => {
    const { services, created, deleted } = await against(stackFile.replace("max: 6", "max: 8"));
    const [{ path, before, after, effects } = assert.fail()] = services[0]?.settings ?? [];
    assert.deepEqual([path, before, after, effects[0]?.kind], ["instances.max", 6, 8, "inPlace"]);
    assert.equal(created.length + deleted.length, 0);
    const { stdout } = await made.project.plan("--against", made.commit);
    assert.match(stdout, /instances\.max: 6 → 8/);
    assert.match(stdout, /No release is added or removed\./);
    assert.doesNotMatch(stdout, /drained/);
  });

  it("shows how traffic moves to a release beside the first, without draining any", async () => {
    const canary = `${stackFile.replace("1.4.2", "2.0.0")}    releases:\n      - {version: 1.4.2, image: registry.example.com/bookstore@sha256:${"a".repeat(64)}, weight: 90}\n`;
    const { services } = await against(canary);
    assert.deepEqual(
      services[0]?.releases.map(({ change, weightBefore, weightAfter }) => [change, weightBefore, weightAfter]),
      [
        ["added", undefined, 10],
        ["unchanged", 100, 90],
      ],
    );
    const { stdout } = await made.project.plan("--against", made.commit);
    assert.match(stdout, /traffic +release 1-4-2-\w+: 100 % → 90 %/);
    assert.doesNotMatch(stdout, /drained/);
  });

  it("says whether files are kept or deleted with the service's", async () => {
    const without = stackFile.replace("    files: {}\n", "");
    const [kept] = (await against(without)).consequences;
    assert.deepEqual([kept?.kind, kept?.resources], ["dataKept", ["bookstore-files (ObjectStore)"]]);
  });

  it("escapes placeholders in Markdown, which would vanish as HTML", async () => {
    made.project.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0"));
    const { stdout } = await made.project.plan("--against", made.commit, "--format", "markdown");
    assert.match(stdout, /&lt;bookstore-1-4-2/);
    assert.deepEqual([...stdout.matchAll(/<(?!\/?(details|summary|br)>|!-- )/g)], []);
  });

  it("compares the same, whether this process plans both or the commit's own plan runs in another", async () => {
    for (const change of [stackFile.replace("1.4.2", "1.5.0"), stackFile.replace("us-east-1", "eu-central-1")]) {
      const here = await against(change);
      // As any file that is not known to hold configuration, it may change the program.
      made.project.write("unknown.txt", "");
      const elsewhere = await against(change);
      rmSync(join(made.project.folder, "unknown.txt"));
      assert.deepEqual(here, elsewhere);
    }
  });

  it("compares with the commit's own program where that has changed, and where it runs only once in a process", async () => {
    const other = new Project();
    const program = readFileSync(join(other.folder, "index.ts"), "utf8");
    const changesOf = async (now: string) => {
      other.write("index.ts", now);
      const { code, stdout, stderr } = await other.plan("--against", "HEAD", "--format", "json");
      assert.equal(code, 0, stderr);
      return (JSON.parse(stdout) as { changes: Changes }).changes.services.map(({ change }) => change);
    };
    other.commit();
    assert.deepEqual(
      await changesOf(program.replace("resolveService(service,", "resolveService({ ...service, port: 9090 },")),
      ["changed"],
    );
    const once = program
      .replace("export = async () => {", "const outputs = (async () => {")
      .replace(/};\s*$/, "})();\nexport = { outputs };\n");
    assert.notEqual(once, program);
    other.write("index.ts", once);
    other.commit();
    other.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0"));
    assert.deepEqual(await changesOf(once), ["changed"]);
    other.remove();
  });

  it("plans a stack that did not exist as new", async () => {
    made.project.write("Pulumi.new.yaml", stackFile);
    const { code, stdout, stderr } = await made.project.plan("--stack", "new", "--against", made.commit);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /new +service bookstore/);
    assert.match(stdout, /Pulumi\.new\.yaml does not exist at/);
  });

  it("removes its temporary folder, also if it fails, and leaves what tsx compiled to the next plan", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-test-"));
    const project = new Project({ sources: true });
    const commit = project.commit();
    project.write("components/new.ts", "// The program is another one.\n");
    const planned = await project.planWith({ TMPDIR: folder }, "--against", commit);
    assert.equal(planned.code, 0, planned.stderr);
    project.write("Pulumi.dev.yaml", stackFile.replace("container", "cotainer"));
    const failed = await project.planWith({ TMPDIR: folder }, "--against", commit);
    assert.equal(failed.code, 1);
    project.remove();
    const names = readdirSync(folder);
    assert.deepEqual(
      names.filter((name) => name.startsWith("plan-against-")),
      [],
    );
    const cache = join(folder, names.find((name) => name.startsWith("tsx-")) ?? assert.fail());
    // The process does not wait for what it writes at its end.
    assert.deepEqual(
      readdirSync(cache).filter((name) => statSync(join(cache, name)).size === 0),
      [],
    );
    rmSync(folder, { recursive: true });
  });

  it("fails for an unknown commit, outside of git, and where the commit has no plan or invalid settings", async () => {
    const fails = async (ref: string, message: RegExp) => {
      made.project.write("Pulumi.dev.yaml", stackFile);
      const { code, stdout, stderr } = await made.project.plan("--against", ref);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    };
    await fails("no-such-ref", /unknown commit "no-such-ref"/);
    made.project.write("Pulumi.dev.yaml", stackFile.replace("container", "cotainer"));
    await fails(made.project.commit(), /there is no plan at[\s\S]*compute: must be one of/);
    const manifest = readFileSync(join(made.project.folder, "package.json"), "utf8");
    made.project.write("package.json", "{}");
    const without = made.project.commit();
    made.project.write("package.json", manifest);
    await fails(without, /has no script "plan"/);
    const elsewhere = new Project();
    const { code, stderr } = await elsewhere.plan("--against", "HEAD");
    elsewhere.remove();
    assert.equal(code, 1);
    assert.match(stderr, /not in a git repository/);
  });
});
