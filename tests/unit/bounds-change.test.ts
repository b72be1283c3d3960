/** When changed bounds apply, as the plan says it. */
import assert from "node:assert/strict";
import type { Trigger } from "../../components/spec";
import { boundsChange } from "../../plan/derive/bounds";

const metric: Trigger = { kind: "metric", metric: "cpu", target: 60 };
const day: Trigger = { kind: "schedule", schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 };
const night: Trigger = { kind: "schedule", schedule: "0 20 * * *", timezone: "UTC", min: 2, max: 6 };
const settings = (min: number, max: number, ...scaling: Trigger[]) => ({ instances: { min, max }, scaling });

describe("the plan on changed bounds", () => {
  const cases: readonly [title: string, ...Parameters<typeof boundsChange>, expected: string | undefined][] = [
    ["says nothing without a change", settings(2, 6, day), settings(2, 6, metric, day), undefined],
    ["says nothing of a new schedule", settings(2, 6, day), settings(2, 6, day, night), undefined],
    [
      "says that a higher min starts instances",
      settings(2, 6, metric),
      settings(3, 6, metric),
      "The bounds change to 3 to 6 instances at once. A release with fewer than 3 starts more.",
    ],
    [
      "says that a lower max stops instances",
      settings(2, 6),
      settings(1, 4),
      "The bounds change to 1 to 4 instances at once. A release with more than 4 stops the others.",
    ],
    [
      "says only that wider bounds apply",
      settings(2, 6),
      settings(1, 8),
      "The bounds change to 1 to 8 instances at once.",
    ],
    [
      "says from when with schedules",
      settings(2, 6, day, night),
      settings(3, 6, day, night),
      "The bounds of 3 to 6 instances apply at once where no schedule has set others since the last update. Otherwise " +
        "that schedule's stay until the next one runs: at 08:00 MON-FRI (Asia/Shanghai): set min 4, max 12; at 20:00 daily " +
        "(UTC): set min 2, max 6.",
    ],
    [
      "says that the bounds of a removed schedule return",
      settings(2, 6, day, night),
      settings(2, 6, night),
      "Where the removed schedule has set the bounds, they return to 2 to 6 instances at once.",
    ],
    [
      "says that without schedules the bounds return",
      settings(2, 6, day),
      settings(2, 6),
      "The bounds return to 2 to 6 instances at once. A release with fewer than 2 starts more. A release with more than 6 " +
        "stops the others.",
    ],
  ];
  for (const [title, before, after, expected] of cases)
    it(title, () => {
      assert.equal(boundsChange(before, after), expected);
    });
});
