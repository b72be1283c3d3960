/** The bounds that hold at a time, and with how many instances a release begins. */
import assert from "node:assert/strict";
import { boundsInForce, lastPassed, startingSize } from "../../components/clouds/bounds-in-force";

describe("the bounds in force", () => {
  const base = { min: 2, max: 6 };
  const day = { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 };
  const night = { schedule: "0 20 * * MON-FRI", timezone: "Asia/Shanghai", min: 1, max: 3 };
  const at = (time: string, ...schedules: (typeof day)[]) => boundsInForce(base, schedules, new Date(time));
  const bounds = ({ min, max }: typeof day) => ({ min, max });

  it("are the stack file's without a schedule", () => {
    assert.deepEqual(at("2026-11-27T12:00:00Z"), base);
  });

  it("are those of the schedule that has passed last, whatever the order, over a weekend too", () => {
    for (const [time, wanted] of [
      ["2026-11-27T00:00:00Z", day],
      ["2026-11-27T11:59:59Z", day],
      ["2026-11-27T12:00:00Z", night],
      ["2026-11-29T12:00:00Z", night],
      ["2026-11-29T23:59:59.900Z", night],
      ["2026-11-30T00:00:00Z", day],
    ] as const) {
      assert.deepEqual(at(time, day, night), bounds(wanted), time);
      assert.deepEqual(at(time, night, day), bounds(wanted), time);
    }
  });

  it("are those of a single schedule for good, because nothing else takes them back", () => {
    assert.deepEqual(at("2026-11-29T03:00:00Z", day), bounds(day));
  });

  it("compare schedules of several time zones by the moment, also when clocks change", () => {
    const berlin = { ...day, schedule: "0 9 * * *", timezone: "Europe/Berlin" };
    const tokyo = { ...night, schedule: "30 16 * * *", timezone: "Asia/Tokyo" };
    // 9:00 in Berlin is 8:00 UTC in winter and 7:00 in summer; 16:30 in Tokyo is always 7:30.
    assert.deepEqual(at("2026-03-28T08:30:00Z", berlin, tokyo), bounds(berlin));
    assert.deepEqual(at("2026-03-28T07:45:00Z", berlin, tokyo), bounds(tokyo));
    assert.deepEqual(at("2026-03-29T07:15:00Z", berlin, tokyo), bounds(berlin));
    assert.deepEqual(at("2026-03-29T07:45:00Z", berlin, tokyo), bounds(tokyo));
  });

  it("know a schedule of the 29th of February, and none that has never passed", () => {
    const leap = { ...day, schedule: "0 0 29 2 *", timezone: "UTC" };
    assert.equal(lastPassed([leap], new Date("2026-11-27T12:00:00Z")), leap);
    assert.equal(lastPassed<typeof leap>([], new Date()), undefined);
  });
});

describe("the size with which a release begins", () => {
  const bounds = { min: 2, max: 6 };
  const of = (size: number, max = 6) => ({ size, max });

  it("is the start of the stack file where nothing serves, or less does", () => {
    assert.deepEqual(startingSize(bounds, 3, []), { bounds, starts: 3 });
    assert.deepEqual(startingSize(bounds, 3, [of(2)]), { bounds, starts: 3 });
  });

  it("is what serves, over all releases with traffic, up to max", () => {
    assert.equal(startingSize(bounds, 2, [of(6)]).starts, 6);
    assert.equal(startingSize(bounds, 2, [of(3), of(2)]).starts, 5);
    assert.deepEqual(startingSize(bounds, 2, [of(5), of(5)]), { bounds, starts: 6 });
  });

  it("is within the bounds of a schedule", () => {
    assert.equal(startingSize({ min: 4, max: 12 }, 2, [of(2)]).starts, 4);
    assert.equal(startingSize({ min: 1, max: 3 }, 5, []).starts, 3);
  });

  it("is what serves where the change has lowered max below it, with room for it until the traffic has moved", () => {
    assert.deepEqual(startingSize({ min: 1, max: 3 }, 1, [of(6, 8)]), { bounds: { min: 1, max: 6 }, starts: 6 });
    assert.deepEqual(startingSize({ min: 1, max: 3 }, 1, [of(6, 8), of(6, 8)]).starts, 8);
  });
});
