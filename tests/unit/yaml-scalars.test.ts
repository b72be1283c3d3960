import assert from "node:assert/strict";
import { hasUnknownEscape, isReadAlike } from "../../plan/offline/yaml-scalars";
import { misread, readAlike } from "../support/odd-scalars";

describe("a scalar without quotes", () => {
  it("is read alike by the engine and the plan", () => {
    assert.deepEqual(
      readAlike.filter((source) => !isReadAlike(source)),
      [],
    );
  });

  it("is read differently", () => {
    assert.deepEqual(misread.filter(isReadAlike), []);
  });
});

describe("a string in double quotes", () => {
  it("has an escape that the engine does not know", () => {
    for (const written of ['"a\\/b"', '"\\ud83d\\ude00"', '"\\\\\\/"', '"\\U0000d83d"'])
      assert.ok(hasUnknownEscape(written), written);
    for (const written of ['"a/b"', '"\\\\/"', '"\\u00e9\\n"', '"\\U0001F600"', '"\\\\ud83d"'])
      assert.ok(!hasUnknownEscape(written), written);
  });
});
