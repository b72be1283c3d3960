/** The README's stack file and quick start, held against the code. Its links are checked with all documents. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { aws } from "../../components";
import { serviceFields } from "../../components/stack-file/schema";
import { resolveService } from "../../components/resolve";

const root = join(__dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const stackFile = /```yaml\n(config:[\s\S]*?)```/.exec(readme)?.[1] ?? "";
const { config } = parse(stackFile) as { config: Record<string, Record<string, unknown>> };
const service = config["immutable-service:service"] ?? {};

describe("README", () => {
  it("shows a stack file that is right", () => {
    const spec = resolveService(service, aws({ project: "p", stack: "s", region: "us-east-1" }));
    assert.equal(spec.releases.length, 2);
  });

  it("shows every field of a service", () => {
    assert.deepEqual(
      Object.keys(serviceFields).filter((field) => !(field in service)),
      [],
    );
  });

  it("shows the commands of the quick start", () => {
    assert.match(readme, /^npm ci && npm run -s plan\b/m);
    assert.match(readme, /^npm ci && npm test\b/m);
  });
});
