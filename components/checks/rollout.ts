import { metricSeconds, watchesMetrics } from "../clouds/rollout-metrics";
import { settleSeconds } from "../clouds/timings";
import { type Problem, problemIf } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

/** The problems of a rollout: steps that do not rise, are too short to find anything, or are not watched. */
export function checkRollout({ rollout, health, gate }: ValidFields): Problem[] {
  if (rollout === undefined) return [];
  const { steps = [], watch: { errors = 1, latency, alarms = [] } = {} } = rollout;
  const measures = watchesMetrics({ errors, latency, alarms: [] });
  const found = settleSeconds + (health?.unhealthyAfter ?? 0);
  const least = Math.max(found, measures ? metricSeconds : 0);
  const short = (["pause", "bake"] as const).flatMap((field) => {
    const seconds = rollout[field];
    return problemIf(
      seconds !== undefined && seconds < least && !(field === "bake" && seconds === 0),
      "rollout-too-short",
      `rollout.${field}`,
      `must be at least ${least} seconds, ` +
        (least > found
          ? "a period of the metrics that rollout.watch reads"
          : `${settleSeconds} until the load balancer has the split and health.unhealthyAfter (${health?.unhealthyAfter ?? ""})`) +
        `, got ${seconds ?? ""}`,
    );
  });
  const notRising = steps.flatMap((step, index) => {
    const before = steps[index - 1];
    return problemIf(
      step !== undefined && before !== undefined && step <= before,
      "rollout-steps",
      `rollout.steps[${index}]`,
      `must be more than the step before it (${before ?? ""} percent), got ${step ?? ""}`,
    );
  });
  const isBlind = gate?.from === "none" && !measures && alarms.length === 0;
  const unwatched = problemIf(
    isBlind,
    "rollout-unwatched",
    "rollout.watch",
    "must watch something where gate.from is none: errors below 100, latency or alarms; only the load balancer's health " +
      "check would look at a new release",
  );
  return [...notRising, ...short, ...unwatched];
}

/** The problem of a hold of nothing. */
export function checkPrevious({ previous: { keep, holdFor } = {} }: ValidFields): Problem[] {
  return problemIf(
    holdFor !== undefined && keep !== true,
    "hold-without-keep",
    "previous.holdFor",
    "has no effect without previous.keep: true, because the previous release is deleted once its traffic has moved",
  );
}
