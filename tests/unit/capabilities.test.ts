import assert from "node:assert/strict";
import { renderReadme, writtenReadme } from "../../docs/capabilities";

describe("the README's table of capabilities", () => {
  it("is what the capability flags say", () => {
    assert.equal(writtenReadme(), renderReadme(), "README.md is stale; run npm run docs");
  });
});
