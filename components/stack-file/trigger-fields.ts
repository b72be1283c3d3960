import { anyNumber, integer, list, object, oneOf, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { taggedUnion } from "./unions";
import { isMapping } from "./values";

/** The shapes of a trigger, by their kind. */
const triggers = {
  metric: object(
    {
      metric: oneOf(["cpu", "memory", "requests"], {
        description:
          "`cpu`, `memory`: the average of all instances in percent. `requests`: the requests per instance and minute.",
      }),
      target: anyNumber("a number: 10 to 90 percent for cpu and memory, or requests per instance and minute", {
        description:
          "The value at which the triggers hold the metric: for `cpu` and `memory` 10 to 90, for `requests` 1 to 1000000.",
      }),
    },
    {},
  ),
  schedule: object(
    {
      schedule: string(
        'five cron fields, minute hour day-of-month month day-of-week, such as "0 8 * * MON-FRI"',
        nonEmpty,
        {
          description:
            "When the new bounds apply from, until another schedule runs or this one is removed. No update takes them back, " +
            "and a new release starts with those of the schedule whose time has passed last.",
        },
      ),
      timezone: string("the IANA name of a time zone such as Asia/Shanghai", nonEmpty, {
        default: "UTC",
        description:
          "The time zone of the schedule. Alibaba Cloud's schedules run in UTC: where the clocks of the zone change, the " +
          "next update moves them, and the plan says until when they are right.",
      }),
      min: integer("instances", 0, 1000, { description: "The minimum number of instances from then on." }),
      max: integer("instances", 1, 1000, {
        description: "The maximum number of instances from then on; not below `min`.",
      }),
    },
    {},
  ),
} as const;

/** The kind that a trigger is meant to be, even if its first field is misspelt. */
function kindOfTrigger(value: unknown): keyof typeof triggers | undefined {
  if (!isMapping(value)) return undefined;
  if ("metric" in value) return "metric";
  return ["schedule", "timezone", "min", "max"].some((key) => key in value) ? "schedule" : "metric";
}

const trigger = taggedUnion(
  "kind",
  triggers,
  kindOfTrigger,
  "a mapping, { metric, target } or { schedule, timezone, min, max }",
);

/** The triggers of a service. */
export const scaling = list(trigger, "triggers", [0, 20], {
  default: [],
  description: "The triggers, which change the number of instances between `instances.min` and `instances.max`.",
});
