import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import program from "../../index";
import { clouds } from "../support/clouds";
import { run } from "../support/monitor";
import { asEngineConfig, readStackFile, withArtifact } from "../support/stack-file";

const root = join(__dirname, "../..");
const files = [
  "Pulumi.dev.yaml",
  ...readdirSync(join(root, "examples"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => `examples/${file}`),
];

describe("the stack files that people copy", () => {
  for (const file of files) {
    it(`${file} is good, and becomes resources`, async () => {
      const config = withArtifact(readStackFile(readFileSync(join(root, file), "utf8")));
      const cloud =
        Object.entries(clouds).find(([name]) => name === config["immutable-service:cloud"])?.[1] ??
        assert.fail("no such cloud");
      const { resources, error } = await run(program, { config: asEngineConfig(config), outputsOf: cloud.outputsOf });
      assert.equal(error, undefined);
      assert.ok(resources.length > 20);
    });
  }
});
