import assert from "node:assert/strict";
import { timeOf } from "../../bench/services";

describe("the plan's cost", function () {
  this.timeout(120_000);

  it("grows linearly with the number of services", async () => {
    await timeOf(1);
    const few = await timeOf(5);
    const many = await timeOf(25);
    // Five times the services; twice that is allowed for a busy machine, and quadratic growth would need 25.
    assert.ok(many < few * 10, `5 services took ${few.toFixed(0)} ms, 25 took ${many.toFixed(0)} ms`);
  });
});
