import assert from "node:assert/strict";
import { Cron } from "croner";
import {
  nextLaunch,
  offsetAt,
  recurrenceEnd,
  schedulesUntil,
  utcCron,
  utcCronWrongFrom,
} from "../../components/clouds/alicloud/cron";
import { awsCron, namesBothDays } from "../../components/clouds/aws/cron";
import { cronValues, mayCoincide, numericCron } from "../../components/clouds/cron";
import fc from "../support/properties";

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** One field of a cron: a star, numbers, ranges and steps, with or without names. */
function field(min: number, max: number, names: readonly string[] = [], first = 0): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const written = (n: number, byName: boolean) => (byName ? (names[n - first] ?? String(n)) : String(n));
  const range = fc
    .tuple(value, value, fc.boolean())
    .map(([a, b, byName]) => `${written(Math.min(a, b), byName)}-${written(Math.max(a, b), byName)}`);
  const part = fc.oneof(
    fc.tuple(value, fc.boolean()).map(([n, byName]) => written(n, byName)),
    range,
    fc.tuple(range, fc.integer({ min: 1, max: 3 })).map(([r, step]) => `${r}/${step}`),
  );
  return fc.oneof(
    fc.constant("*"),
    fc.integer({ min: 1, max: 3 }).map((step) => `*/${step}`),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(",")),
  );
}

const minute = field(0, 59);
const hour = field(0, 23);
const month = field(1, 12, months, 1);
const dayOfWeek = field(0, 7, days);
/** Schedules that name at most one of the two days. */
const schedule = fc
  .oneof(
    fc.tuple(minute, hour, field(1, 28), month, fc.constant("*")),
    fc.tuple(minute, hour, fc.constant("*"), month, dayOfWeek),
  )
  .map((fields) => fields.join(" "));

/** The next five times of a schedule. */
const next = (pattern: string, timezone = "UTC") =>
  new Cron(pattern, { mode: "5-part", timezone, paused: true })
    .nextRuns(5, "2026-01-01T00:00:00Z")
    .map((run) => run.toISOString());

/**
 * Reads AWS's six fields by its rules and returns five:
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
function fromAws(expression: string): string {
  const [, inside = ""] = /^cron\(([^()]+)\)$/.exec(expression) ?? [];
  const fields = inside.split(" ");
  const [minutes = "", hours = "", dayOfMonth = "", inMonth = "", day = "", year] = fields;
  assert.equal(fields.length, 6, expression);
  assert.equal(year, "*");
  assert.ok((dayOfMonth === "?") !== (day === "?"), `not exactly one of the two days is ?: ${expression}`);
  // Days count from 1, Sunday; only the numbers before a slash are days.
  const fromZero = day.split(",").map((part) => {
    const [range = "", step] = part.split("/");
    const shifted = range.replace(/\d+/g, (n) => {
      assert.ok(Number(n) >= 1 && Number(n) <= 7, `${n} is not a day: ${expression}`);
      return String(Number(n) - 1);
    });
    const [from, to] = shifted.split("-").map(Number);
    assert.ok(to === undefined || from === undefined || from <= to, `a range runs backwards: ${expression}`);
    return step === undefined ? shifted : `${shifted}/${step}`;
  });
  return [minutes, hours, dayOfMonth === "?" ? "*" : dayOfMonth, inMonth, day === "?" ? "*" : fromZero.join(",")].join(
    " ",
  );
}

describe("schedules", () => {
  it("mean the same times with numbers for names", () => {
    fc.assert(
      fc.property(schedule, (written) => {
        const converted = numericCron(written);
        assert.doesNotMatch(converted, /[A-Z]/i);
        assert.doesNotMatch(converted.split(" ").at(-1)?.replace(/\/\d+/g, "") ?? "", /7/);
        assert.deepEqual(next(converted), next(written));
      }),
      { numRuns: 300 },
    );
  });

  for (const [field, values] of [
    ["*/20", [0, 20, 40]],
    ["5", [5]],
    ["50/4", [50, 54, 58]],
    ["3-5,4-6,1", [3, 4, 5, 6, 1]],
    ["10-20/5", [10, 15, 20]],
  ] as const)
    it(`match ${values.join(", ")} with ${field} in the minutes`, () => {
      assert.deepEqual(cronValues(field, 0, 59), values);
    });
});

describe("two schedules", () => {
  for (const [one, other, meet] of [
    ["0 8 * * *", "0 8 * * *", true],
    ["0 8 * * *", "1 8 * * *", false],
    ["0 8 * * *", "0 9 * * *", false],
    ["0 8 * * MON-FRI", "0 8 * * SAT,SUN", false],
    ["0 8 * * MON-SUN", "0 8 * * 7", true],
    ["0 8 * * 0", "0 8 * * SUN", true],
    ["0 8 1 * *", "0 8 * * MON", true],
    ["0 8 1 * *", "0 8 2 * *", false],
    ["0 8 1 * MON", "0 8 2 * TUE", true],
    ["*/30 6-9 * * *", "0 8 * JAN *", true],
    ["0 8 * JAN *", "0 8 * FEB *", false],
  ] as const)
    it(`${one} and ${other} ${meet ? "can" : "cannot"} run in the same minute`, () => {
      assert.deepEqual([mayCoincide(one, other), mayCoincide(other, one)], [meet, meet]);
    });
});

describe("schedules on AWS", () => {
  it("mean the same times in six fields", () => {
    fc.assert(
      fc.property(schedule, (written) => {
        assert.deepEqual(next(fromAws(awsCron(written))), next(written), `${written} became ${awsCron(written)}`);
      }),
      { numRuns: 500 },
    );
  });

  for (const [written, numeric, six] of [
    ["0 8 * * MON-FRI", "0 8 * * 1-5", "cron(0 8 ? * 2-6 *)"],
    ["30 6 1 JAN,JUL *", "30 6 1 1,7 *", "cron(30 6 1 1,7 ? *)"],
    ["0 0 * * 7", "0 0 * * 0", "cron(0 0 ? * 1 *)"],
    ["0 0 * * MON-SUN", "0 0 * * 0,1,2,3,4,5,6", "cron(0 0 ? * 2,3,4,5,6,7,1 *)"],
    ["0 0 * * FRI-SUN/2", "0 0 * * 0,5", "cron(0 0 ? * 6,1 *)"],
    ["0 0 * * sun", "0 0 * * 0", "cron(0 0 ? * 1 *)"],
    ["*/5 * * * *", "*/5 * * * *", "cron(*/5 * * * ? *)"],
  ] as const) {
    it(`${written} is ${numeric} and ${six}`, () => {
      assert.equal(numericCron(written), numeric);
      assert.equal(awsCron(written), six);
    });
  }

  it("know when both days are named", () => {
    assert.ok(namesBothDays("0 8 1 * MON"));
    assert.ok(!namesBothDays("0 8 1 * *"));
    assert.ok(!namesBothDays("0 8 * * 1"));
  });
});

describe("schedules on Alibaba Cloud", () => {
  /** Zones without daylight saving time: whole hours, half and quarter hours, on both sides of UTC. */
  const zones = {
    UTC: 0,
    "Asia/Shanghai": 480,
    "Asia/Kolkata": 330,
    "Asia/Kathmandu": 345,
    "America/Phoenix": -420,
    "Pacific/Kiritimati": 840,
  };

  const [winter, summer] = [Date.parse("2026-01-15T12:00:00Z"), Date.parse("2026-07-15T12:00:00Z")];

  it("know the offset of a zone at a time", () => {
    for (const [zone, offset] of Object.entries(zones)) assert.equal(offsetAt(zone, winter), offset, zone);
    for (const [zone, offsets] of [
      ["Europe/Berlin", [60, 120]],
      ["America/New_York", [-300, -240]],
      ["Australia/Lord_Howe", [660, 630]],
    ] as const)
      assert.deepEqual([offsetAt(zone, winter), offsetAt(zone, summer)], offsets, zone);
  });

  it("mean the same times in UTC until the clocks of their time zone change", () => {
    const changing = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Asia/Shanghai"];
    let wrong = 0;
    fc.assert(
      fc.property(
        schedule,
        fc.constantFrom(...changing),
        fc.integer({ min: winter, max: winter + 370 * 86_400_000 }),
        (written, zone, time) => {
          const utc = utcCron(written, zone, time);
          if (utc === undefined) return;
          const from = utcCronWrongFrom(written, zone, time);
          if (from !== undefined) wrong += 1;
          const runs = (pattern: string, timezone: string, after: number) =>
            new Cron(pattern, { mode: "5-part", timezone, paused: true })
              .nextRuns(400, new Date(after))
              .map((run) => run.getTime());
          const until = from ?? time + 360 * 86_400_000;
          const before = (times: number[]) => times.filter((run) => run < until);
          const right = runs(written, zone, time);
          // A task begins with its first time, which may be after a change of the clocks that is only hours ahead.
          const converted = runs(utc, "UTC", (right[0] ?? time) - 1000);
          // Around the change itself, a time may exist twice, or not at all.
          const length = Math.min(before(right).length, before(converted).length);
          assert.deepEqual(
            before(converted).slice(0, Math.max(0, length - 3)),
            before(right).slice(0, Math.max(0, length - 3)),
            `${written} in ${zone} from ${new Date(time).toISOString()} became ${utc}`,
          );
        },
      ),
      {
        numRuns: 100,
        // The clocks are put back between the last time and the next one.
        examples: [["* 10 * 1-4 */1", "America/Santiago", Date.parse("2026-04-04T13:59:00Z")]],
      },
    );
    assert.ok(wrong > 5, `only ${wrong} schedules were ever wrong`);
  });

  for (const [written, zone, now, utc, wrongFrom] of [
    ["0 8 * * MON-FRI", "Europe/Berlin", "2026-01-15", "0 7 * * 1,2,3,4,5", "2026-03-30T06:00"],
    ["0 8 * * MON-FRI", "Europe/Berlin", "2026-07-15", "0 6 * * 1,2,3,4,5", "2026-10-26T07:00"],
    // The clocks change on Sunday, and the next time is on Monday.
    ["0 8 * * MON-FRI", "Europe/Berlin", "2026-03-28", "0 6 * * 1,2,3,4,5", "2026-10-26T07:00"],
    ["0 8 * * *", "America/New_York", "2026-11-26", "0 13 * * *", "2027-03-14T12:00"],
    // Only in winter.
    ["0 8 1 JAN *", "Europe/Berlin", "2026-07-15", "0 7 1 1 *", undefined],
    ["0 8 * * *", "Asia/Shanghai", "2026-07-15", "0 0 * * *", undefined],
  ] as const)
    it(`${written} in ${zone} is ${utc} from ${now} until ${wrongFrom ?? "further notice"}`, () => {
      const time = Date.parse(`${now}T12:00:00Z`);
      assert.equal(utcCron(written, zone, time), utc);
      const wrong = utcCronWrongFrom(written, zone, time);
      assert.equal(wrong === undefined ? undefined : new Date(wrong).toISOString().slice(0, 16), wrongFrom);
    });

  it("are not expressible if they are not after the clocks have changed", () => {
    // In summer, half past midnight on Monday is on Sunday in UTC; in winter too. Half past one is so in summer only.
    assert.notEqual(utcCron("30 0 * * MON", "Europe/Berlin", winter), undefined);
    assert.equal(utcCron("30 1 1 * *", "Europe/Berlin", winter), undefined);
  });

  it("run as they are written until the first of them ends, or is an hour off", () => {
    assert.equal(schedulesUntil([]), undefined);
    const [end = ""] = [schedulesUntil([{ schedule: "0 8 * * *", timezone: "Asia/Shanghai" }])];
    assert.equal(end, recurrenceEnd().slice(0, 10));
    const berlin = schedulesUntil([{ schedule: "0 8 * * *", timezone: "Europe/Berlin" }]) ?? "";
    assert.ok(berlin < end, `${berlin} is not before ${end}`);
  });

  it("mean the same times in UTC, wherever UTC can express them", () => {
    let converted = 0;
    fc.assert(
      fc.property(schedule, fc.constantFrom(...Object.keys(zones)), (written, zone) => {
        const utc = utcCron(written, zone);
        if (utc === undefined) return;
        converted += 1;
        assert.doesNotMatch(utc, /[A-Z]/i);
        assert.deepEqual(next(utc), next(written, zone), `${written} in ${zone} became ${utc}`);
      }),
      { numRuns: 500 },
    );
    assert.ok(converted > 50, `only ${converted} schedules were converted`);
  });

  for (const [written, zone, utc] of [
    ["0 8 * * MON-FRI", "Asia/Shanghai", "0 0 * * 1,2,3,4,5"],
    ["0 6 * * MON-FRI", "Asia/Shanghai", "0 22 * * 0,1,2,3,4"],
    ["30 22 * * SAT,SUN", "America/Phoenix", "30 5 * * 0,1"],
    ["0 9 * * *", "Asia/Kolkata", "30 3 * * *"],
    ["*/15 9-17 * * *", "Asia/Shanghai", "0,15,30,45 1,2,3,4,5,6,7,8,9 * * *"],
    ["0 12 1 JAN *", "Asia/Shanghai", "0 4 1 1 *"],
    ["*/5 * * * *", "Asia/Kolkata", "0,5,10,15,20,25,30,35,40,45,50,55 * * * *"],
    ["0 8 * * 7", "UTC", "0 8 * * 0"],
    // The first of a month would be the last day of the month before.
    ["0 6 1 * *", "Asia/Shanghai", undefined],
    // Both sides of midnight: some hours fall on the day before.
    ["0 6,12 * * MON", "Asia/Shanghai", undefined],
    // Half past eight is three o'clock, but eight is half past two.
    ["0,30 8 * * *", "Asia/Kolkata", undefined],
  ] as const)
    it(`${written} in ${zone} is ${utc ?? "not expressible"}`, () => {
      assert.equal(utcCron(written, zone), utc);
    });

  it("start at least five minutes and at most 90 days from now", () => {
    for (const written of ["* * * * *", "0 8 * * MON", "0 0 29 2 *"]) {
      const minutes = (Date.parse(nextLaunch(written, "Asia/Shanghai")) - Date.now()) / 60_000;
      assert.ok(minutes > 4 && minutes < 90 * 24 * 60, `${written} starts in ${minutes} minutes`);
    }
  });

  it("end within a year, on the same day throughout a quarter", () => {
    for (const [now, end] of [
      ["2026-01-01T00:00:00Z", "2026-12-27T00:00Z"],
      ["2026-03-31T23:59:59Z", "2026-12-27T00:00Z"],
      ["2026-04-01T00:00:00Z", "2027-03-27T00:00Z"],
    ] as const)
      assert.equal(recurrenceEnd(new Date(now)), end);
  });
});
