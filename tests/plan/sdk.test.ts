import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Plan } from "../../plan/contract";
import { Project } from "./project";

const execute = promisify(execFile);
const root = resolve(__dirname, "../..");
const run = async (...args: string[]) =>
  (await execute(process.execPath, ["--import", "tsx", ...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout;

/** A plan without the code of dynamic resources, for which the plan's own process records a fingerprint. */
function withoutCode(json: string): unknown {
  const { resources, ...rest } = JSON.parse(json) as Plan;
  return {
    ...rest,
    resources: resources.map(({ inputs, ...resource }) => ({
      ...resource,
      inputs: { ...inputs, __provider: undefined },
    })),
  };
}

describe("what the plan leaves out of Pulumi's SDK", () => {
  for (const cloud of ["aws", "alicloud"])
    for (const compute of ["container", "vm"]) {
      it(`changes nothing in the plan (${cloud}, ${compute})`, async () => {
        const file = `examples/Pulumi.${cloud}-${compute}.yaml`;
        const [light, whole] = await Promise.all([
          run("plan/main.ts", "--config-file", file, "--format", "json"),
          run("tests/plan/with-whole-sdk.ts", file),
        ]);
        assert.deepEqual(withoutCode(light), withoutCode(whole));
      });
    }

  it("changes nothing in the trace of an error that the program throws", async () => {
    const project = new Project({ sources: true });
    // The line numbers are those of the TypeScript source, not of the JavaScript that runs.
    project.write(
      "late.ts",
      `type Ignored = {\n  readonly field: string;\n};\n\nexport function late(): never {\n  throw new Error("broken");\n}\n`,
    );
    const programs = {
      "at once": `import { late } from "./late";\n\nlate();\n`,
      later: `import { late } from "./late";\n\nexport = async () => {\n  await Promise.resolve();\n  late();\n};\n`,
      "in an apply": `import * as pulumi from "@pulumi/pulumi";\nimport { late } from "./late";\nexport = () => {\n  pulumi.output(1).apply(() =>\n    late());\n};\n`,
    };
    const lines = { "at once": 3, later: 5, "in an apply": 5 };
    for (const when of ["at once", "later", "in an apply"] as const) {
      project.write("index.ts", programs[when]);
      const { code, stderr } = await project.plan();
      assert.equal(code, 1);
      assert.match(stderr, /Error: broken\n/, when);
      assert.match(stderr, /at late \(.*late\.ts:6:9\)\n/, when);
      assert.match(stderr, new RegExp(`index\\.ts:${lines[when]}:`), when);
    }
    project.remove();
  });
});
