import assert from "node:assert/strict";
import { z } from "zod";
import { core, mappings, render, written } from "../../docs/generate";

describe("docs/stack-file.md", () => {
  const fields = mappings().flatMap((mapping) => mapping.fields);

  it("is what the schema says", () => {
    assert.equal(written(), render(), "docs/stack-file.md is stale; run npm run docs");
  });

  it("tells both shapes of a field that has two", () => {
    const paths = fields.map(({ path }) => path);
    for (const path of ["network.cidr", "network.vpcId", "scaling[].metric", "scaling[].schedule", "releases[].weight"])
      assert.ok(paths.includes(path), path);
  });

  it("gives every field a meaning", () => {
    assert.deepEqual(
      fields.filter(({ meaning }) => meaning === "").map(({ path }) => path),
      [],
    );
  });

  for (const { path, meaning, schema, whenLeftOut } of fields) {
    const number = core(schema);
    if (!(number instanceof z.ZodNumber) || meaning.startsWith("As [`")) continue;
    it(`${path} names its limits and its default`, () => {
      for (const limit of [number.minValue, number.maxValue])
        assert.match(meaning, new RegExp(`\\b${String(limit).replace(".", "\\.")}\\b`));
      if (whenLeftOut !== undefined) assert.match(meaning, /default/);
    });
  }
});
