/** A group that loses its traffic and is kept: its minimum, and the action of its own that lowers it. */
import assert from "node:assert/strict";
import {
  type BoundsInputs,
  type HoldableGroup,
  createBounds,
  updateBounds,
} from "../../../components/clouds/bounds.remote";
import type { Bounds } from "../../../components/clouds/bounds-in-force";
import { date } from "../../../components/clock.remote";
import { simulatedClock } from "../../support/clock";

const serves = { min: 2, max: 6, schedules: [], heldFor: "", holdSeconds: 0 };
const held = (heldFor: string, holdSeconds = 3600): BoundsInputs => ({ ...serves, heldFor, holdSeconds });

describe("a group that is kept without traffic", () => {
  simulatedClock();
  let live: Bounds, size: number, calls: string[], lowering: { at: number; min: number } | undefined;

  const group = (): HoldableGroup => ({
    read: () => Promise.resolve(live),
    size: () => Promise.resolve(size),
    resize: () => assert.fail("nothing is resized"),
    set: (bounds) => {
      calls.push(`${bounds.min}..${bounds.max}`);
      live = bounds;
      return Promise.resolve();
    },
    lowerAt: (time, min) => {
      calls.push("action");
      lowering = { at: time.getTime(), min };
      return Promise.resolve("task");
    },
    cancelLowering: (task) => {
      calls.push(`cancel ${task}`);
      lowering = undefined;
      return Promise.resolve();
    },
  });
  const begin = async () => (await createBounds("group", serves, group)).outs;
  const update = async (before: Partial<BoundsInputs>, inputs: BoundsInputs) =>
    (await updateBounds("group", before, inputs, group)).outs;

  beforeEach(() => {
    [live, size, calls, lowering] = [{ min: 2, max: 6 }, 5, [], undefined];
  });

  it("has what it had as its minimum, and an action of its own that lowers it, which comes first", async () => {
    const outs = await update(await begin(), held("2-0-0-bbbbbb"));
    assert.deepEqual(calls, ["action", "5..6"]);
    assert.equal(lowering?.min, 2);
    const wait = lowering.at - date();
    assert.ok(wait >= 3_600_000 && wait < 3_660_000, String(wait));
    assert.equal(new Date(lowering.at).getUTCSeconds(), 0, "the clouds' schedules know minutes only");
    assert.equal(outs.heldUntil, new Date(lowering.at).toISOString());
    assert.equal(outs.task, "task");
  });

  it("is held once, whatever changes meanwhile", async () => {
    const first = await update(await begin(), held("2-0-0-bbbbbb"));
    const again = await update(first, { ...held("2-0-0-bbbbbb", 60), min: 1, max: 3 });
    assert.deepEqual(calls, ["action", "5..6"]);
    assert.equal(again.heldUntil, first.heldUntil);
    assert.deepEqual(again.applied, { min: 2, max: 6 });
  });

  it("is held again where another release gets its traffic, because the first one has failed", async () => {
    const first = await update(await begin(), held("2-0-0-bbbbbb"));
    size = 6;
    await update(first, held("2-0-1-cccccc"));
    assert.deepEqual(calls, ["action", "5..6", "action", "6..6"]);
  });

  it("gets the bounds that hold now when it serves again, and no action is left", async () => {
    const first = await update(await begin(), held("2-0-0-bbbbbb"));
    const back = await update(first, { ...serves, min: 3 });
    assert.deepEqual(calls.slice(2), ["cancel task", "3..6"]);
    assert.equal(lowering, undefined);
    assert.deepEqual([back.heldUntil, back.task, back.applied], ["", "", { min: 3, max: 6 }]);
  });

  it("never has a minimum above its maximum", async () => {
    size = 8;
    await update(await begin(), { ...held("2-0-0-bbbbbb"), min: 7 });
    assert.deepEqual(live, { min: 6, max: 6 });
    assert.equal(lowering?.min, 6);
  });

  it("is held also where its bounds were not recorded", async () => {
    const { outs } = await createBounds("group", held("2-0-0-bbbbbb"), group);
    assert.deepEqual(live, { min: 5, max: 6 });
    assert.equal(outs.task, "task");
  });
});
