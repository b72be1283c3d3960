import assert from "node:assert/strict";
import { Project } from "./project";

/** Programs that must not look like a plan, each with the message that has to be printed. */
const programs: Record<string, { readonly program: string; readonly message: RegExp }> = {
  throws: { program: `throw new Error("broken");`, message: /broken/ },
  "throws later": {
    program: `export = async () => { await service(); throw new Error("broken late"); };`,
    message: /broken late/,
  },
  "rejects where nobody waits": {
    program: `export = async () => { await service(); void Promise.reject(new Error("nobody waits")); };`,
    message: /nobody waits/,
  },
  "throws in an apply": {
    program: `export = async () => { await service(); pulumi.output(1).apply(() => { throw new Error("in apply"); }); };`,
    message: /in apply/,
  },
  "registers one name twice": {
    program: `export = async () => { await service(); for (const n of [1, 2]) new pulumi.CustomResource("a:b:C", "same", { n }); };`,
    message: /two resources of type a:b:C with the name same/,
  },
  "has a resource with an input that fails": {
    program: `export = async () => { await service(); new pulumi.CustomResource("a:b:C", "c", { n: Promise.reject(new Error("no input")) }); };`,
    message: /no input/,
  },
  "registers no service": {
    program: `export = async () => { new pulumi.CustomResource("a:b:C", "c"); };`,
    message: /registers no ImmutableService/,
  },
  "ends the process": {
    program: `export = async () => { await service(); process.exit(0); };`,
    message: /no plan: the program/,
  },
  "waits for ever": {
    program: `export = async () => { await service(); await new Promise(() => undefined); };`,
    message: /no plan: the program/,
  },
  "logs an error": {
    program: `export = async () => { await service(); void pulumi.log.error("bad"); };`,
    message: /logged an error/,
  },
};

const beginning = `import * as pulumi from "@pulumi/pulumi";
import { ImmutableService, aws, resolveService } from "./components";
const service = async () => {
  const cloud = aws({ region: new pulumi.Config("aws").require("region") });
  const spec = resolveService(new pulumi.Config("immutable-service").requireObject("service"), cloud);
  return new ImmutableService(spec.name, { cloud, spec });
};
`;

describe("a program that fails has no plan", () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  for (const [name, { program, message }] of Object.entries(programs)) {
    it(`when it ${name}`, async () => {
      project.write("index.ts", beginning + program);
      const { code, stdout, stderr } = await project.plan();
      assert.notEqual(code, 0);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }

  it("keeps the program's own output out of the plan", async () => {
    project.write("index.ts", `${beginning}export = async () => { console.log("hello"); await service(); };`);
    const { code, stdout, stderr } = await project.plan("--format", "json");
    assert.equal(code, 0, stderr);
    JSON.parse(stdout);
    assert.match(stderr, /hello/);
  });

  it("plans a program that calls a function of the cloud, and names the function", async () => {
    project.write(
      "index.ts",
      `${beginning}export = async () => { const { accountId } = await pulumi.runtime.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}); await service(); return { accountId }; };`,
    );
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /getCallerIdentity/);
    const json = await project.plan("--format", "json");
    assert.equal(
      (JSON.parse(json.stdout) as { outputs: { accountId: string } }).outputs.accountId,
      "<getCallerIdentity.accountId>",
    );
  });

  it("names the resources whose transforms it cannot run", async () => {
    project.write(
      "index.ts",
      `${beginning}export = async () => { await service(); new pulumi.CustomResource("a:b:C", "c", {}, { transforms: [() => undefined] }); };`,
    );
    const { code, stdout, stderr } = await project.plan();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Only the engine runs the transforms of c/);
    assert.match(stdout, /other 1\s+\(a:b:C\)/);
  });

  it("keeps secrets out of the plan", async () => {
    project.write(
      "index.ts",
      `${beginning}export = async () => { await service(); new pulumi.CustomResource("a:b:C", "c", { word: pulumi.secret("hush"), deep: [{ word: pulumi.secret("hush") }] }); return { word: pulumi.secret("hush") }; };`,
    );
    const { code, stdout, stderr } = await project.plan("--format", "json");
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /hush/);
    assert.match(stdout, /\[secret\]/);
  });
});
