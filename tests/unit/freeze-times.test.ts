/** When freezes are in force, and until when: periods, schedules, time zones and changes of the clocks. */
import assert from "node:assert/strict";
import { type Freeze, boundsOf, freezesInForce, inTimezone, isEndless } from "../../components/stack-file/freeze-times";
import fc from "../support/properties";

const at = (time: string) => Date.parse(time);
const period = (from: string, to: string, timezone = "UTC"): Freeze => ({
  ...{ kind: "period", from, to, timezone, reason: "holidays" },
});
const scheduled = (schedule: string, hours: number, timezone = "UTC"): Freeze => ({
  ...{ kind: "schedule", schedule, hours, timezone, reason: "weekend" },
});
/** The ends of the freezes in force at a time, in UTC. */
const endsAt = (time: string, ...freezes: Freeze[]) =>
  freezesInForce(freezes, at(time)).map(({ until }) => new Date(until).toISOString());

describe("a freeze of a period", () => {
  it("is in force from its first moment to the one before its last", () => {
    const freeze = period("2026-12-24T18:00+01:00", "2026-12-27T06:00:00Z");
    assert.deepEqual(endsAt("2026-12-24T16:59:59.999Z", freeze), []);
    assert.deepEqual(endsAt("2026-12-24T17:00:00Z", freeze), ["2026-12-27T06:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-12-27T05:59:59.999Z", freeze), ["2026-12-27T06:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-12-27T06:00:00Z", freeze), []);
  });

  it("with dates has whole days of its time zone, the last one too", () => {
    const days = boundsOf({ from: "2026-12-24", to: "2026-12-26", timezone: "Europe/Berlin" });
    assert.deepEqual(days, { from: at("2026-12-23T23:00:00Z"), to: at("2026-12-26T23:00:00Z") });
    const year = boundsOf({ from: "2026-12-31", to: "2026-12-31", timezone: "Pacific/Kiritimati" });
    assert.deepEqual(year, { from: at("2026-12-30T10:00:00Z"), to: at("2026-12-31T10:00:00Z") });
    const west = boundsOf({ from: "2028-02-28", to: "2028-02-29", timezone: "America/Los_Angeles" });
    assert.deepEqual(west, { from: at("2028-02-28T08:00:00Z"), to: at("2028-03-01T08:00:00Z") });
  });

  it("has days of 23 and 25 hours where the clocks change, one of them without midnight", () => {
    const hours = (date: string, timezone: string) => {
      const { from, to } = boundsOf({ from: date, to: date, timezone });
      return (to - from) / 3_600_000;
    };
    assert.equal(hours("2026-03-29", "Europe/Berlin"), 23);
    assert.equal(hours("2026-10-25", "Europe/Berlin"), 25);
    assert.equal(hours("2025-04-25", "Africa/Cairo"), 23);
    const { from } = boundsOf({ from: "2025-04-25", to: "2025-04-25", timezone: "Africa/Cairo" });
    assert.equal(inTimezone(from, "Africa/Cairo"), "2025-04-25 01:00 Africa/Cairo");
  });
});

describe("a freeze of a schedule", () => {
  it("is in force for its hours from each run", () => {
    const weekend = scheduled("0 16 * * FRI", 64, "Europe/Berlin");
    assert.deepEqual(endsAt("2026-11-27T14:59:59.999Z", weekend), []);
    assert.deepEqual(endsAt("2026-11-27T15:00:00Z", weekend), ["2026-11-30T07:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-11-30T06:59:59.999Z", weekend), ["2026-11-30T07:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-11-30T07:00:00Z", weekend), []);
  });

  it("lasts its hours where the clocks change, and begins once where its time is skipped or comes twice", () => {
    const weekend = scheduled("0 16 * * FRI", 64, "Europe/Berlin");
    // On 25 October the clocks go back, so the same hours end at 7:00.
    assert.deepEqual(endsAt("2026-10-24T12:00:00Z", weekend), ["2026-10-26T06:00:00.000Z"]);
    const night = scheduled("30 2 * * *", 0.5, "Europe/Berlin");
    assert.deepEqual(endsAt("2026-03-29T01:10:00Z", night), ["2026-03-29T01:30:00.000Z"]);
    assert.deepEqual(endsAt("2026-10-25T00:40:00Z", night), ["2026-10-25T01:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-10-25T01:40:00Z", night), []);
  });

  it("ends with the last of those that follow each other without a pause", () => {
    const nights = scheduled("0 18 * * FRI,SAT", 24);
    assert.deepEqual(endsAt("2026-11-27T20:00:00Z", nights), ["2026-11-29T18:00:00.000Z"]);
    const month = scheduled("0 0 * 1-11 *", 24);
    assert.deepEqual(endsAt("2026-02-01T00:00:00Z", month), ["2026-12-01T00:00:00.000Z"]);
    assert.deepEqual(endsAt("2026-12-15T00:00:00Z", month), []);
  });

  it("is endless where every one is as long as the time to the next", () => {
    const now = at("2026-11-27T12:00:00Z");
    const endless = (schedule: string, hours: number) => isEndless({ schedule, hours, timezone: "UTC" }, now);
    assert.ok(endless("0 0 * * *", 24));
    assert.ok(endless("0 0 * * MON", 168));
    assert.ok(endless("0 */6 * * *", 6));
    assert.ok(!endless("0 0 * * *", 23.9));
    assert.ok(!endless("0 0 * 1-11 *", 24));
    assert.ok(!endless("0 0 29 2 *", 168));
    assert.ok(!endless("0 0 * * MON", 167));
  });

  it("is in force exactly where a run is less than its hours ago", () => {
    const hour = 3_600_000;
    const from = at("2026-01-01T00:00:00Z");
    const times = fc.integer({ min: 0, max: 365 * 24 * 4 }).map((quarter) => from + (quarter * hour) / 4);
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 23 }), (time, begin, hours) => {
        const freeze = scheduled(`0 ${begin} * * *`, hours);
        const sinceBegin = (((time / hour - begin) % 24) + 24) % 24;
        const ends = freezesInForce([freeze], time).map(({ until }) => until);
        assert.deepEqual(ends, sinceBegin < hours ? [time + (hours - sinceBegin) * hour] : []);
      }),
    );
  });
});

describe("freezes", () => {
  it("are named where they are in force, each with its end and its time zone", () => {
    const berlin = period("2026-12-24", "2026-12-26", "Europe/Berlin");
    const all = [berlin, scheduled("0 0 * * *", 1), scheduled("0 8 * * *", 12)];
    assert.deepEqual(freezesInForce(all, at("2026-12-25T10:00:00Z")), [
      { reason: "holidays", until: at("2026-12-26T23:00:00Z"), timezone: "Europe/Berlin" },
      { reason: "weekend", until: at("2026-12-25T20:00:00Z"), timezone: "UTC" },
    ]);
    assert.equal(inTimezone(at("2026-12-26T23:00:00Z"), "Europe/Berlin"), "2026-12-27 00:00 Europe/Berlin");
  });
});
