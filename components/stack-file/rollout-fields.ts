import { integer, list, object } from "./fields";

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
  },
  {
    optional: "all at once, and unwatched",
    description:
      "Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes " +
      "unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, " +
      "and neither has one that has had traffic before.",
  },
);
