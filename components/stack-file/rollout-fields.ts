import { integer, list, object } from "./fields";

/** How the traffic moves to a release that has had none before. */
export const rollout = object(
  {
    steps: list(integer("percent", 1, 99, {}), "percentages", [1, 10], {
      default: [5, 50],
      description:
        "The shares of its requests that a new release gets before it gets all of them, in rising order. A canary's are " +
        "shares of its weight.",
    }),
    pause: integer("seconds", 5, 86_400, {
      default: 180,
      description: "The time for which the release is watched after each step.",
    }),
    bake: integer("seconds", 0, 86_400, {
      default: 180,
      description:
        "The time for which the release is watched once it has all of its requests. The releases before it keep their " +
        "instances until then.",
    }),
  },
  {
    optional: "all at once, and unwatched",
    description:
      "Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes " +
      "unhealthy: then the update fails, and the releases before it serve as they did. The first release has no steps, " +
      "and neither has one that has had traffic before.",
  },
);
