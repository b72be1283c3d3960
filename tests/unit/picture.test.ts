import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { picture, renderPicture } from "../../docs/picture";

describe("the README's picture", () => {
  it("is what its source renders to", async () => {
    const rendered = await renderPicture();
    assert.ok(readFileSync(picture, "utf8") === rendered, "docs/picture.svg is stale; run npm run docs");
  });
});
