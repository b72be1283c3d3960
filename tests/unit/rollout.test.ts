/** The splits of a rollout's steps. */
import assert from "node:assert/strict";
import { splitAt, stepsOf } from "../../components/clouds/rollout";
import fc from "../support/properties";

const share = (release: string, weight: number) => ({ release, targetGroup: `group-${release}`, weight });
const object = (split: ReadonlyMap<string, number>) => Object.fromEntries(split);

describe("the steps of a rollout", () => {
  it("end with the bake, with all requests", () => {
    assert.deepEqual(stepsOf({ steps: [5, 50], pause: 180, bake: 60, watch: { errors: 1, alarms: [] } }), [
      { percent: 5, seconds: 180, mostSeconds: 360 },
      { percent: 50, seconds: 180, mostSeconds: 360 },
      { percent: 100, seconds: 60, mostSeconds: 300 },
    ]);
  });

  it("give the new release its share, and the rest to the one before", () => {
    const before = new Map([["group-a", 100]]);
    const at = (percent: number) => object(splitAt(percent, before, [share("b", 100)], ["b"]));
    assert.deepEqual(at(5), { "group-a": 95, "group-b": 5 });
    assert.deepEqual(at(50), { "group-a": 50, "group-b": 50 });
    assert.deepEqual(at(100), { "group-b": 100 });
  });

  it("give a canary shares of its weight, and keep the proportions of those before", () => {
    const before = new Map([
      ["group-a", 75],
      ["group-b", 25],
    ]);
    const shares = [share("a", 60), share("b", 20), share("c", 20)];
    assert.deepEqual(object(splitAt(50, before, shares, ["c"])), { "group-a": 68, "group-b": 22, "group-c": 10 });
    assert.deepEqual(object(splitAt(1, before, shares, ["c"])), { "group-a": 74, "group-b": 25, "group-c": 1 });
    assert.deepEqual(object(splitAt(100, before, shares, ["c"])), { "group-a": 60, "group-b": 20, "group-c": 20 });
  });

  it("add up to 100 percent, and never take requests from a new release", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 99 }), (old, weight, percent) => {
        const before = new Map(old.map((one, index) => [`group-${index}`, one]));
        const shares = [share("new", weight), share("0", 100 - weight)];
        const split = splitAt(percent, before, shares, ["new"]);
        assert.equal(
          [...split.values()].reduce((sum, one) => sum + one, 0),
          100,
        );
        assert.ok([...split.values()].every((one) => Number.isInteger(one) && one >= 0));
        const [now = 0, later = 0] = [percent, percent + 1].map((at) =>
          splitAt(at, before, shares, ["new"]).get("group-new"),
        );
        assert.ok(now >= 1 && now <= later && later <= weight);
      }),
    );
  });
});
