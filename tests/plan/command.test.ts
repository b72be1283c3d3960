import assert from "node:assert/strict";
import { imageName } from "../../components/id";
import type { Plan } from "../../plan/contract";
import { Project, stackFile } from "./project";

describe("the plan's command", () => {
  let project: Project;
  before(() => {
    project = new Project({ sources: true });
  });
  after(() => {
    project.remove();
  });
  beforeEach(() => {
    project.write("Pulumi.dev.yaml", stackFile);
  });

  it("prints the service on one screen", async () => {
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^bookstore 1\.4\.2 on stack dev: 2 to 6 containers on AWS, us-east-1\n/);
    assert.match(stdout, /1-4-2-[0-9a-f]{6} \(100 % of traffic\)/);
    assert.match(stdout, /0\.5 vCPU, 1 GiB → Fargate 0\.5 vCPU, 1 GiB, x86_64/);
    assert.match(stdout, /Traffic switches within 360 s \(6 min\), plus API latency/);
    assert.match(stdout, /The update finishes within 480 s \(8 min\), plus API latency/);
    assert.doesNotMatch(stdout, /undefined|\[object|NaN/);
    const lines = stdout.split("\n");
    assert.ok(lines.length <= 48, `${lines.length} lines`);
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
    );
  });

  it("lists the resources with --resources", async () => {
    const { stdout } = await project.plan("--resources");
    assert.match(
      stdout,
      /traffic split +bookstore-traffic-split-http +pulumi-nodejs:dynamic\/immutable-service:TrafficRule/,
    );
  });

  it("prints the same JSON every time", async () => {
    const [first, second] = await Promise.all([project.plan("--format", "json"), project.plan("--format", "json")]);
    assert.equal(first.stdout, second.stdout);
    const plan = JSON.parse(first.stdout) as Plan;
    assert.equal(plan.schema, 3);
    assert.equal(plan.services[0]?.description.service.releases[0].weight, 100);
    assert.equal(
      plan.roles.reduce((sum, { count }) => sum + count, 0),
      plan.resources.length,
    );
    const group = plan.resources.find(({ type }) => type === "aws:ecs/service:Service");
    assert.deepEqual(group?.ignoreChanges, ["desiredCount"]);
    assert.match(group.parent ?? "", /\$immutable:service:Release::bookstore-1-4-2-[0-9a-f]{6}$/);
    assert.ok(group.dependencies.some((urn) => urn.endsWith("-header-http")));
    assert.doesNotMatch(first.stdout, /undefined|\[object|NaN/);
    // Only the traffic split's own reading says what serves.
    // What the traffic split reads in the update, with what it will be if the update passes.
    const [{ id, shape }] = plan.services[0].description.service.releases;
    const { url, version, release, image, deployed } = plan.outputs;
    assert.deepEqual(
      [url, version, release, image],
      ["http://<bookstore.dnsName>", "1.4.2", id, imageName(shape.image)].map(
        (known) => `<after the update: ${known}>`,
      ),
    );
    assert.match(JSON.stringify(deployed), /"releases":\[\{"id":"<after the update: 1-4-2-/);
    assert.equal((plan.outputs.loadBalancer as { dnsName?: unknown }).dnsName, "<bookstore.dnsName>");
  });

  it("has the service's own words, and nothing else, in the inputs of its component", async () => {
    const { stdout } = await project.plan("--format", "json");
    const { resources, services } = JSON.parse(stdout) as Plan;
    const component = resources.find(({ role }) => role === "service");
    assert.deepEqual(Object.keys(component?.inputs ?? {}), ["cloud", "region", "service"]);
    assert.deepEqual(component?.inputs, services[0]?.description);
  });

  it("prints Markdown that begins with a mark", async () => {
    const { stdout } = await project.plan("--format", "markdown", "--resources");
    assert.match(stdout, /^<!-- immutable-service plan immutable-service dev -->\n/);
    assert.match(stdout, /### Plan for stack `dev`/);
    assert.equal(stdout.match(/<details>/g)?.length, stdout.match(/<\/details>/g)?.length);
    assert.ok(stdout.length < 65_536);
  });

  it("reads the stack file of --config-file", async () => {
    project.write("other.yaml", stackFile.replace("bookstore", "library"));
    const { stdout } = await project.plan("--stack", "night", "--config-file", "other.yaml");
    assert.match(stdout, /^library 1\.4\.2 on stack night:/);
  });

  it("lists the problems of the settings and prints no plan", async () => {
    project.write("Pulumi.dev.yaml", stackFile.replace("min: 2, max: 6", "min: 7, max: 6").replace("0.5", "half"));
    const text = await project.plan();
    assert.equal(text.code, 1);
    assert.equal(text.stdout, "");
    assert.match(text.stderr, /2 problems in immutable-service:service/);
    assert.doesNotMatch(text.stderr, /\n\s+at /);
    const json = await project.plan("--format", "json");
    assert.equal(json.code, 1);
    const { problems } = JSON.parse(json.stdout) as { problems: { path: string; message: string }[] };
    assert.deepEqual(problems.map(({ path }) => path).sort(), ["instances.max", "size.cpu"]);
  });

  it("lists the existing stack files for one that does not exist", async () => {
    const { code, stdout, stderr } = await project.plan("--stack", "prod");
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /no stack file .*Pulumi\.prod\.yaml[\s\S]*--stack dev/);
  });

  it("prints its help, and refuses unknown options", async () => {
    const help = await project.plan("--help");
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--against <git ref>/);
    for (const args of [["--aginst", "main"], ["--format", "html"], ["extra"], ["--stack", "../dev"]]) {
      const { code, stdout, stderr } = await project.plan(...args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /Usage:/);
    }
  });
});
