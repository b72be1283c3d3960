import assert from "node:assert/strict";
import { typesInUse, writtenReplacements } from "../../docs/replacements";

describe("plan/derive/replacements.json", () => {
  it("has the types that the project's code creates, and no other", () => {
    assert.deepEqual(
      Object.keys(writtenReplacements()).sort(),
      Object.values(typesInUse()).flat().sort(),
      "plan/derive/replacements.json is stale; run npm run docs:replacements",
    );
  });
});
