/** The command that bakes, with a fake pulumi on the PATH. */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Project, bakingStackFile, stackFile } from "../plan/project";

/** Records its arguments; an `up` puts its targets into its state. */
const pulumi = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const file = (name) => __dirname + "/" + name;
if (args[0] === "stack") {
  if (args[args.indexOf("--stack") + 1].endsWith("nowhere")) { console.error("error: no stack named 'nowhere' found"); process.exit(6); }
  console.log(fs.existsSync(file("state.json")) ? fs.readFileSync(file("state.json"), "utf8") : JSON.stringify({ version: 3, deployment: {} }));
} else {
  fs.writeFileSync(file("called.json"), JSON.stringify({ args, cwd: process.cwd() }));
  console.log("pulumi is at work");
  if (process.env.FAKE_EXIT) process.exit(Number(process.env.FAKE_EXIT));
  const urns = args.filter((_, index) => args[index - 1] === "--target");
  const recipe = /-app-([0-9a-f]{16})/.exec(urns.join())[1];
  const resource = (urn) => { const type = urn.split("::")[2].split("$").at(-1); return { urn, type, ...(type === "immutable:service:Image" ? { inputs: { recipe }, outputs: { image: "registry.example.com/bookstore@sha256:" + "1".repeat(64) } } : {}) }; };
  if (args[0] === "up") fs.writeFileSync(file("state.json"), JSON.stringify({ deployment: { resources: urns.map(resource) } }));
}
`;
const reference = `registry.example.com/bookstore@sha256:${"1".repeat(64)}`;

describe("the command that bakes", () => {
  let project: Project;
  let env: NodeJS.ProcessEnv;
  before(() => {
    project = new Project();
    project.write("build/app.war", "the application");
    project.write("path/pulumi", pulumi);
    chmodSync(join(project.folder, "path/pulumi"), 0o755);
    env = { PATH: `${join(project.folder, "path")}:${dirname(process.execPath)}:${process.env.PATH ?? ""}` };
  });
  beforeEach(() => {
    project.write("Pulumi.dev.yaml", bakingStackFile);
    rmSync(join(project.folder, "path/state.json"), { force: true });
    rmSync(join(project.folder, "path/called.json"), { force: true });
  });
  after(() => {
    project.remove();
  });
  const called = () =>
    JSON.parse(readFileSync(join(project.folder, "path/called.json"), "utf8")) as { args: string[]; cwd: string };

  it("updates the image alone, shows pulumi's output, and ends with the reference", async () => {
    const { code, stdout, stderr } = await project.bake(env, "--yes");
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `pulumi is at work\n${reference}\n`);
    const { args } = called();
    assert.deepEqual(args.slice(0, 4), ["up", "--yes", "--stack", "dev"]);
    const urns = args.filter((_, index) => args[index - 1] === "--target");
    assert.equal(args.length, 4 + 2 * urns.length);
    assert.ok(urns.includes("urn:pulumi:dev::immutable-service::immutable:service:ImmutableService::bookstore"));
    assert.deepEqual(
      urns.filter((urn) => !urn.includes("::immutable:service:ImmutableService$immutable:service:Image")).length,
      1,
    );
  });

  it("has no target for a service that exists", async () => {
    await project.bake(env, "--yes");
    const { code } = await project.bake(env, "--yes");
    assert.equal(code, 0);
    assert.ok(!called().args.some((arg) => arg.endsWith("ImmutableService::bookstore")));
  });

  it("prints JSON alone on standard output with --json", async () => {
    const { stdout, stderr } = await project.bake(env, "--yes", "--json");
    const { stack, images } = JSON.parse(stdout) as {
      stack: string;
      images: { service: string; recipe: string; image: string }[];
    };
    assert.equal(stack, "dev");
    assert.deepEqual(
      images.map(({ service, image }) => [service, image]),
      [["bookstore", reference]],
    );
    assert.match(images[0]?.recipe ?? "", /^[0-9a-f]{16}$/);
    assert.match(stderr, /pulumi is at work/);
  });

  it("lets pulumi ask without --yes, and bakes nothing in a preview", async () => {
    await project.bake(env);
    assert.equal(called().args[0], "up");
    assert.ok(!called().args.includes("--yes"));
    rmSync(join(project.folder, "path/state.json"));
    const { code, stdout, stderr } = await project.bake(env, "--preview");
    assert.equal(code, 0);
    assert.equal(called().args[0], "preview");
    assert.equal(stdout, "pulumi is at work\n");
    assert.match(stderr, /bookstore: a preview has no reference; the image would be that of recipe [0-9a-f]{16}/);
    assert.match((await project.bake(env, "--preview", "--json")).stdout, /"image": null/);
  });

  it("accepts a stack of an organisation, and another stack file", async () => {
    project.write("other.yaml", bakingStackFile.replace("bookstore", "library"));
    const { code, stderr } = await project.bake(env, "--yes", "--stack", "books/prod", "--config-file", "other.yaml");
    assert.equal(code, 0, stderr);
    assert.deepEqual(called().args.slice(2, 6), ["--stack", "books/prod", "--config-file", "other.yaml"]);
    assert.ok(
      called().args.includes("urn:pulumi:prod::immutable-service::immutable:service:ImmutableService::library"),
    );
  });

  it("exits with pulumi's status, and prints no reference after a failure", async () => {
    const { code, stdout } = await project.bake({ ...env, FAKE_EXIT: "3" }, "--yes");
    assert.equal(code, 3);
    assert.equal(stdout, "pulumi is at work\n");
  });

  const refusals: Record<
    string,
    {
      readonly stackFile?: string;
      readonly args?: readonly string[];
      readonly env?: NodeJS.ProcessEnv;
      readonly message: RegExp;
      readonly code?: number;
    }
  > = {
    "without a pulumi on the PATH": { env: { PATH: "/nonexistent" }, message: /^there is no pulumi on the PATH/ },
    "for a stack file that names its image": {
      stackFile: stackFile,
      message: /^nothing to bake: stack dev names its image/,
    },
    "for a stack without a stack file": {
      args: ["--stack", "prod"],
      message: /no stack file .*Pulumi\.prod\.yaml[\s\S]*--stack dev/,
    },
    "for an unknown stack": {
      args: ["--stack", "nowhere", "--config-file", "Pulumi.dev.yaml"],
      message:
        /cannot read the state of stack "nowhere" \(pulumi stack init nowhere[\s\S]*no stack named 'nowhere' found/,
    },
    "for a stack file with problems": {
      stackFile: bakingStackFile.replace("build/app.war", "build/none.war").replace("cpu: 0.5", "cpu: half"),
      message: /^2 problems in immutable-service:service/,
    },
    "for a recipe with a secret in it": {
      stackFile: bakingStackFile.replace('"https://maven.example.com"', "{secure: v1:abc}"),
      message: /image\.build\.arguments\.MAVEN_CENTRAL: is encrypted/,
    },
    "for unknown options": { args: ["--force"], message: /Usage: npm run bake/, code: 2 },
    "for a preview that should bake": { args: ["--yes", "--preview"], message: /exclude each other/, code: 2 },
    "for an invalid stack name": { args: ["--stack", "../dev"], message: /--stack must be a stack's name/, code: 2 },
  };
  for (const [
    when,
    { stackFile: file = bakingStackFile, args = [], env: own = {}, message, code: wanted = 1 },
  ] of Object.entries(refusals)) {
    it(`fails ${when}, without an update`, async () => {
      project.write("Pulumi.dev.yaml", file);
      const { code, stdout, stderr } = await project.bake({ ...env, ...own }, ...args);
      assert.equal(code, wanted, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.throws(called, /ENOENT/);
    });
  }

  it("prints its help", async () => {
    const { code, stdout } = await project.bake(env, "--help");
    assert.equal(code, 0);
    assert.match(stdout, /--preview/);
  });
});
