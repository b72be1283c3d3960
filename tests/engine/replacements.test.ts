/** The table of replacing properties against the schemas of the installed providers. */
import assert from "node:assert/strict";
import {
  findSchema,
  providers,
  renderReplacements,
  replacementsNow,
  writtenReplacements,
} from "../../docs/replacements";
import { needs } from "./support/toolchain";

describe("engine: plan/derive/replacements.json", () => {
  before(function () {
    for (const provider of providers) {
      const found = findSchema(provider);
      needs(this, "missing" in found ? { found: false, reason: found.missing } : { found: true, tool: found.schema });
    }
  });

  it("is what the providers' schemas say", async () => {
    assert.equal(
      await renderReplacements(writtenReplacements()),
      await renderReplacements(replacementsNow()),
      "plan/derive/replacements.json is stale; run npm run docs:replacements",
    );
  });
});
