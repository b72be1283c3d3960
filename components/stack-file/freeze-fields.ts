import { z } from "zod";
import { list, number, object, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { taggedUnion } from "./unions";
import { isMapping } from "./values";

/** A time with its offset, or a date: the time zone of the freeze says when the day begins and ends. */
const moments = [
  z.regexes.date,
  z.regexes.datetime({ offset: true }),
  z.regexes.datetime({ offset: true, precision: -1 }),
];
const moment = new RegExp(moments.map(({ source }) => source).join("|"));
const momentText = "a time with an offset such as 2026-12-24T18:00+01:00, or a date such as 2026-12-24";

/** The most characters that a reason has. */
export const longestReason = 200;

const reasonText = `a text of at most ${longestReason} characters in one line`;
const reasonPattern = new RegExp(`^(?=.*\\S).{1,${longestReason}}$`);

const timezone = string("the IANA name of a time zone such as Europe/Berlin", nonEmpty, {
  default: "UTC",
  description: "The time zone of the freeze's dates or schedule, in which the error and the plan say when it ends.",
});
const reason = string(reasonText, reasonPattern, {
  description: "Why no release is to be brought. The error says it.",
});

/** The shapes of a freeze, by their kind. */
const freezes = {
  period: object(
    {
      from: string(momentText, moment, { description: "When the freeze begins; a date at the beginning of that day." }),
      to: string(momentText, moment, {
        description: "When it ends; a date at the end of that day. A freeze that has ended may stay in the stack file.",
      }),
      timezone,
      reason,
    },
    {},
  ),
  schedule: object(
    {
      schedule: string(
        'five cron fields, minute hour day-of-month month day-of-week, such as "0 16 * * FRI"',
        nonEmpty,
        { description: "When each freeze begins." },
      ),
      hours: number("hours", 0.1, 168, {
        description: "How long each freeze is in force, also where the clocks change meanwhile.",
      }),
      timezone,
      reason,
    },
    {},
  ),
} as const;

/** The kind that a freeze is meant to be, even if its first field is misspelt. */
function kindOfFreeze(value: unknown): keyof typeof freezes | undefined {
  if (!isMapping(value)) return undefined;
  return "schedule" in value || ("hours" in value && !("from" in value)) ? "schedule" : "period";
}

/** When no new release may get traffic. */
export const freeze = list(
  taggedUnion(
    "kind",
    freezes,
    kindOfFreeze,
    "a mapping, { from, to, timezone, reason } or { schedule, hours, timezone, reason }",
  ),
  "freezes",
  [0, 20],
  {
    default: [],
    description:
      "Times in which `pulumi up` and `pulumi preview` refuse to bring a release that has never had traffic, a " +
      "stack's first one too. Going back to a release of the ledger, and every change without a new release, is " +
      "always allowed.",
  },
);

/** What may pass a freeze all the same. */
export const freezeOverride = object(
  {
    version: string("the version that may pass: the service's, or that of one of `releases`", nonEmpty, {
      description: "The version that may pass a freeze: the service's own, or that of one of `releases`.",
    }),
    reason: string(reasonText, reasonPattern, {
      description: "Why it may. The ledger of releases keeps it where a freeze was in force.",
    }),
  },
  {
    optional: "none",
    description: "Lets one version pass the freezes. Remove it afterwards: with the next version it is an error.",
  },
);
