/** Every change of the stack file has a sample, by which the engine's tests take a running service through it. */
import assert from "node:assert/strict";
import { fieldChanges } from "../../components/stack-file/changes";
import { covers, samples, withoutSample } from "../engine/live/samples";

describe("the samples of live changes", () => {
  it("cover every change of every field", () => {
    const missing = Object.entries(fieldChanges).flatMap(([path, changes]) => {
      if (withoutSample.some((pattern) => pattern.test(path))) return [];
      const covered = (Object.keys(samples[path] ?? {}) as (keyof typeof covers)[]).flatMap((which) => covers[which]);
      return Object.keys(changes)
        .filter((change) => !covered.includes(change as (typeof covered)[number]))
        .map((change) => `${path} ${change}`);
    });
    assert.deepEqual(missing, []);
  });

  it("are of fields that exist", () => {
    assert.deepEqual(
      Object.keys(samples).filter((path) => !(path in fieldChanges)),
      [],
    );
  });
});
