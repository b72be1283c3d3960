/** What the README promises about the stack file and its commands, held against the code. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { aws } from "../../components/clouds/aws";
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

  it("names scripts and files that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ""] of readme.matchAll(/npm run ([a-z]+)/g))
      assert.ok(script in scripts, `npm run ${script}`);
    for (const [, link = ""] of readme.matchAll(/\]\((?!http)([^)#]+)/g)) assert.ok(existsSync(join(root, link)), link);
    for (const [, path = ""] of readme.matchAll(/`((?:components|plan|docs|tests)\/[\w./-]*)`/g))
      assert.ok(existsSync(join(root, path)), path);
  });
});
