import assert from "node:assert/strict";
import { resolve } from "node:path";
import { differences } from "../../bench/same";

describe("the hand-written program of the benchmark", () => {
  it("declares the same resources with the same inputs as the project's program", async () => {
    assert.deepEqual(await differences(resolve(__dirname, "../..")), []);
  });
});
