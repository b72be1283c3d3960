import { backSeconds, stepsOf } from "../../components/clouds/rollout";
import { type StepTime, groupTime, removalTime, settleSeconds, total } from "../../components/clouds/timings";
import type { Compute } from "../../components/spec";
import type { Bake, ImageChange, PlannedSpec, ReleaseChange, RolloutTimes, Step, Update } from "../contract";
import { noGate, responses } from "../words";

/** The step that bakes an image: a machine image is started and tested before it is given out. */
const bakeTitles: Readonly<Record<Compute, string>> = { container: "image baked", vm: "image baked and tested" };

/**
 * The steps of a release, with the time that each may take before the update fails. `launchSeconds` is the platform's;
 * the waits enforce the same times.
 */
export function updateOf(service: PlannedSpec, launchSeconds: number, bake?: Bake): Update {
  const { compute, gate, loadBalancer } = service;
  const { health } = service.releases[0].shape;
  const image: Step[] =
    bake === undefined
      ? []
      : [
          {
            appliesTo: "image",
            title: bakeTitles[compute],
            maxSeconds: bake.maxSeconds,
            detail: "skipped if an image of this recipe exists",
          },
        ];
  const steps: Step[] = [
    ...image,
    { appliesTo: "added", title: "target group created", maxSeconds: 0, detail: "" },
    {
      appliesTo: "added",
      title: "header rule created",
      maxSeconds: 0,
      detail: "load balancers only health-check a target group that a rule uses",
    },
    timed("added", "server group created, instances healthy", groupTime(launchSeconds, health)),
    gate.from === "none"
      ? { appliesTo: "added", title: "gate", maxSeconds: 0, detail: noGate }
      : { appliesTo: "added", title: "gate passed", maxSeconds: gate.within, detail: responses(gate.answers) },
    ...rolloutSteps(service.rollout),
    timed("any", "traffic switched", { settle: settleSeconds }),
    timed("removed", "old server group drained and deleted", removalTime(launchSeconds, loadBalancer)),
  ];
  return { ...summed(steps), rollout: rolloutTimes(service.rollout, health.unhealthyAfter) };
}

function rolloutTimes(rollout: PlannedSpec["rollout"], unhealthyAfter: number): RolloutTimes | undefined {
  if (rollout === undefined) return undefined;
  const steps = stepsOf(rollout);
  return {
    percents: steps.map(({ percent }) => percent),
    seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    maxSeconds: steps.reduce((sum, { mostSeconds }) => sum + mostSeconds, 0),
    backSeconds: backSeconds(rollout, unhealthyAfter),
  };
}

/** Each step of a rollout. */
function rolloutSteps(rollout: PlannedSpec["rollout"]): Step[] {
  if (rollout === undefined) return [];
  return stepsOf(rollout).map(({ percent, seconds, mostSeconds }) => ({
    appliesTo: "beside",
    title: percent === 100 ? "all requests" : `${percent} % of requests`,
    maxSeconds: mostSeconds,
    detail:
      `watched for ${seconds} s` +
      (mostSeconds > seconds ? `, and up to ${mostSeconds - seconds} s more with few requests` : "") +
      "; skipped if the release has had traffic before",
  }));
}

/** The steps that these changes take: an added release has nothing to drain, an unchanged recipe bakes nothing. */
export function updateFor({ steps, rollout }: Update, releases: readonly ReleaseChange[], image?: ImageChange): Update {
  const before = releases.filter(({ weightBefore = 0 }) => weightBefore > 0).map(({ id }) => id);
  const after = releases
    .filter(({ weightBefore = 0, weightAfter = 0 }) => weightBefore === 0 && weightAfter > 0)
    .map(({ id }) => id);
  const applies: Readonly<Record<Step["appliesTo"], boolean>> = {
    image: image?.change === "added" || image?.change === "changed",
    added: releases.some(({ change }) => change === "added"),
    beside: before.length > 0 && after.length > 0,
    removed: releases.some(({ change }) => change === "removed"),
    any: movesTraffic(releases),
  };
  return {
    ...summed(steps.filter(({ appliesTo }) => applies[appliesTo])),
    rollout: rollout === undefined || !applies.beside ? undefined : { ...rollout, releases: { before, after } },
  };
}

/** Whether a release is added or removed, or gets another share of the traffic. */
export function movesTraffic(releases: readonly ReleaseChange[]): boolean {
  return releases.some(
    ({ change, weightBefore, weightAfter }) => change !== "unchanged" || weightBefore !== weightAfter,
  );
}

function timed(appliesTo: Step["appliesTo"], title: string, time: StepTime): Step {
  const parts = Object.entries(time).map(([part, seconds]) => `${seconds} ${part}`);
  return { appliesTo, title, maxSeconds: total(time), detail: parts.join(" + ") };
}

function summed(steps: readonly Step[]): Update {
  return {
    steps,
    maxSecondsToSwitch: sum(steps.filter(({ appliesTo }) => appliesTo !== "removed")),
    maxSecondsTotal: sum(steps),
  };
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((seconds, { maxSeconds }) => seconds + maxSeconds, 0);
}
