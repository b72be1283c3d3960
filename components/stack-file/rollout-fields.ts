import { boolean, integer, list, number, object, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { defaultHold } from "./previous-hold";

/** How the traffic moves to a release that has had none before. */
export const rollout = object(
  {
    steps: list(integer("percent", 1, 99, {}), "percentages", [1, 10], {
      default: [5, 50],
      description: "Percentages of a new release's weight, in rising order, that it has before all of it.",
    }),
    pause: integer("seconds", 5, 86_400, {
      default: 180,
      description:
        "The time for which the release is watched after each step: at least 20 seconds, in which the load balancer " +
        "gets the split, and `health.unhealthyAfter`.",
    }),
    bake: integer("seconds", 0, 86_400, {
      default: 180,
      description:
        "The time for which the release is watched once it has its whole weight, with the same least time; 0 for none. " +
        "The releases before it are deleted after that.",
    }),
    watch: object(
      {
        errors: number("percent", 0.1, 100, {
          default: 1,
          description:
            "The share of the release's requests that may fail, by the app's status from 500 on or a failed connection; " +
            "and the difference by which it may be above the share of the releases before it. 100 watches none.",
        }),
        latency: integer("milliseconds", 1, 600_000, {
          optional: "not watched",
          description: "The average time that the release's responses may take, in two periods of a minute in a row.",
        }),
        alarms: list(string("an alarm's name", nonEmpty, {}), "alarms", [0, 20], {
          default: [],
          description:
            "The names of alarms in the region, of CloudWatch or CloudMonitor. One that fires when the rollout begins " +
            "is not watched until it has been well.",
        }),
      },
      {
        default: {},
        description:
          "What takes the traffic back beside an unhealthy instance: the load balancer's metrics of the release, in " +
          "periods of a minute, each with at least 20 requests to it, and alarms. With metrics, `pause` and `bake` are " +
          "at least 60 seconds; a step without such a period is lengthened once.",
      },
    ),
  },
  {
    optional: "all at once, and unwatched",
    description:
      "Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes " +
      "unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, " +
      "and neither has one that has had traffic before.",
  },
);

/** What becomes of the release that served before. */
export const previous = object(
  {
    keep: boolean({
      default: false,
      description:
        "Whether the release that served before stays, without traffic, until the next release has passed. Its instances " +
        "are paid for meanwhile. To go back is then a change of the traffic alone: revert the commit and update.",
    }),
    holdFor: integer("seconds", 60, 604_800, {
      optional: String(defaultHold),
      description:
        "The time for which the release that is kept has as many instances as when it lost its traffic, beyond the longest " +
        "time of `rollout`. After that the " +
        "group itself lowers its minimum to `instances.min`, and the triggers may remove instances; going back lets the " +
        "group grow first.",
    }),
  },
  {
    optional: "it is deleted once its traffic has moved",
    description: "What becomes of the release that served before.",
  },
);
