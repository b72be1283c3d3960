import assert from "node:assert/strict";
import { now, repeated, sleep } from "../../../components/clock.remote";
import { simulatedClock } from "../../support/clock";

describe("work that is repeated", () => {
  simulatedClock();

  /** Work whose first `failures` attempts fail after so many seconds. */
  function failing(failures: number, seconds: number) {
    const attempts: number[] = [];
    const work = async () => {
      attempts.push(now());
      await sleep(seconds * 1000);
      if (attempts.length <= failures) throw new Error("no reply");
      return "done";
    };
    return { attempts, work };
  }

  it("is not given up because one reply took longer than all attempts may take", async () => {
    const { work } = failing(3, 150);
    assert.equal(await repeated(work, () => true, 60), "done");
  });

  it("is given up after its time, and four attempts at least", async () => {
    const late = failing(100, 150);
    await assert.rejects(
      repeated(late.work, () => true, 60),
      /no reply/,
    );
    assert.equal(late.attempts.length, 4);
    const soon = failing(100, 0);
    const started = now();
    await assert.rejects(
      repeated(soon.work, () => true, 60),
      /no reply/,
    );
    assert.ok(now() - started >= 60_000 && now() - started < 65_000);
  });

  it("is given up at once for an error that does not pass", async () => {
    const { attempts, work } = failing(1, 0);
    await assert.rejects(
      repeated(work, () => false, 60),
      /no reply/,
    );
    assert.equal(attempts.length, 1);
  });
});
