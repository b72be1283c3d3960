import assert from "node:assert/strict";
import { z } from "zod";
import { core, mappings, render, written } from "../../docs/generate";

describe("docs/stack-file.md", () => {
  const fields = mappings().flatMap((mapping) => mapping.fields);

  it("is what the schema says", () => {
    assert.equal(written(), render(), "docs/stack-file.md is stale; run npm run docs");
  });

  it("shows both shapes of a field that has two", () => {
    const paths = fields.map(({ path }) => path);
    for (const path of ["network.cidr", "network.vpcId", "scaling[].metric", "scaling[].schedule", "releases[].weight"])
      assert.ok(paths.includes(path), path);
  });

  it("describes every field", () => {
    assert.deepEqual(
      fields.filter(({ description }) => description === "").map(({ path }) => path),
      [],
    );
  });

  for (const { path, type, description, schema, whenLeftOut } of fields) {
    const number = core(schema);
    if (!(number instanceof z.ZodNumber)) continue;
    it(`gives the limits of ${path} in its type, and its default in a column of its own`, () => {
      // A range that depends on another field is in the description.
      for (const limit of [number.minValue, number.maxValue].filter(Number.isFinite))
        assert.match(type, new RegExp(`\\b${String(limit).replace(".", "\\.")}\\b`));
      if (schema instanceof z.ZodPrefault) assert.equal(whenLeftOut, `\`${JSON.stringify(schema.def.defaultValue)}\``);
      assert.doesNotMatch(description, /default/i);
    });
  }
});
