import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

describe("README's table of clouds and computes", function () {
  this.timeout(60_000);

  it("is what the capability flags and the contract suite say", () => {
    // In a process of its own: the contract suite is loaded to be listed, and not to be run.
    const wanted = execFileSync(process.execPath, ["--import", "tsx", "docs/parity.ts", "--print"], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(readFileSync(join(root, "README.md"), "utf8"), wanted, "README.md is stale; run npm run docs");
  });
});
