import assert from "node:assert/strict";
import { Cron } from "croner";
import fc from "fast-check";
import { awsCron, namesBothDays, numericCron } from "../../components/clouds/aws/cron";

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** One field of a cron: a star, numbers, ranges and steps, also by name. */
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
/** Crons that name at most one of the two days. */
const schedule = fc
  .oneof(
    fc.tuple(minute, hour, field(1, 28), month, fc.constant("*")),
    fc.tuple(minute, hour, fc.constant("*"), month, dayOfWeek),
  )
  .map((fields) => fields.join(" "));

const next = (pattern: string) =>
  new Cron(pattern, { mode: "5-part", timezone: "UTC", paused: true })
    .nextRuns(5, "2026-01-01T00:00:00Z")
    .map((run) => run.toISOString());

/** Reads AWS's six fields by its rules and gives back five: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html */
function fromAws(expression: string): string {
  const [, inside = ""] = /^cron\(([^()]+)\)$/.exec(expression) ?? [];
  const fields = inside.split(" ");
  const [minutes = "", hours = "", dayOfMonth = "", inMonth = "", day = "", year] = fields;
  assert.equal(fields.length, 6, expression);
  assert.equal(year, "*");
  assert.ok((dayOfMonth === "?") !== (day === "?"), `exactly one of the two days is ?: ${expression}`);
  // Days count from 1, Sunday; only the numbers before a slash are days.
  const fromZero = day.split(",").map((part) => {
    const [range = "", step] = part.split("/");
    const shifted = range.replace(/\d+/g, (n) => {
      assert.ok(Number(n) >= 1 && Number(n) <= 7, `${n} is no day: ${expression}`);
      return String(Number(n) - 1);
    });
    const [from, to] = shifted.split("-").map(Number);
    assert.ok(to === undefined || from === undefined || from <= to, `a range runs forward: ${expression}`);
    return step === undefined ? shifted : `${shifted}/${step}`;
  });
  return [minutes, hours, dayOfMonth === "?" ? "*" : dayOfMonth, inMonth, day === "?" ? "*" : fromZero.join(",")].join(
    " ",
  );
}

describe("schedules on AWS", () => {
  it("numbers for names mean the same times", () => {
    fc.assert(
      fc.property(schedule, (written) => {
        const converted = numericCron(written);
        assert.doesNotMatch(converted, /[A-Z]/i);
        assert.deepEqual(next(converted), next(written));
      }),
      { numRuns: 300 },
    );
  });

  it("AWS's six fields mean the same times", () => {
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
    ["0 0 * * 7", "0 0 * * 7", "cron(0 0 ? * 1 *)"],
    ["0 0 * * MON-SUN", "0 0 * * 1-7", "cron(0 0 ? * 2,3,4,5,6,7,1 *)"],
    ["0 0 * * FRI-SUN/2", "0 0 * * 5-7/2", "cron(0 0 ? * 6,1 *)"],
    ["0 0 * * sun", "0 0 * * 0", "cron(0 0 ? * 1 *)"],
    ["*/5 * * * *", "*/5 * * * *", "cron(*/5 * * * ? *)"],
  ] as const) {
    it(`${written} is ${numeric} and ${six}`, () => {
      assert.equal(numericCron(written), numeric);
      assert.equal(awsCron(written), six);
    });
  }

  it("knows when both days are named", () => {
    assert.ok(namesBothDays("0 8 1 * MON"));
    assert.ok(!namesBothDays("0 8 1 * *"));
    assert.ok(!namesBothDays("0 8 * * 1"));
  });
});
