import { backSeconds, mostSeconds, stepsOf } from "../../components/clouds/rollout";
import { type StepTime, groupTime, removalTime, settleSeconds, total } from "../../components/clouds/timings";
import type { Compute } from "../../components/spec";
import type { Bake, ImageChange, PlannedSpec, ReleaseChange, RolloutTimes, Step, Update } from "../contract";
import { noGate, responses } from "../words";
import { type Before, isOpen, trafficOf, unknownBetween } from "./traffic";

/** The step that bakes an image: a machine image is started and tested before it is given out. */
const bakeTitles: Readonly<Record<Compute, string>> = { container: "image baked", vm: "image baked and tested" };

/**
 * The steps of a release, with the time that each may take before the update fails. `launchSeconds` is the platform's;
 * the waits enforce the same times. The steps of a rollout are left out where `before` says that the update takes none.
 */
export function updateOf(service: PlannedSpec, launchSeconds: number, bake?: Bake, before: Before = {}): Update {
  const { compute, gate, loadBalancer, previous } = service;
  const keeps = previous?.keep === true;
  const { health } = service.releases[0].shape;
  const times = rolloutTimes(service.rollout, health.unhealthyAfter);
  const { traffic, rollout } = trafficOf(service.releases, times, before);
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
    ...(rollout === undefined ? [] : rolloutSteps(service.rollout, isOpen(traffic))),
    ...(keeps
      ? [{ appliesTo: "added" as const, title: "release before held at its size", maxSeconds: 0, detail: "" }]
      : []),
    timed("any", "traffic switched", { settle: settleSeconds }),
    timed(
      "removed",
      keeps ? "server group kept until now drained and deleted" : "old server group drained and deleted",
      removalTime(launchSeconds, loadBalancer),
    ),
  ];
  return { ...summed(steps), rollout, traffic };
}

function rolloutTimes(rollout: PlannedSpec["rollout"], unhealthyAfter: number): RolloutTimes | undefined {
  if (rollout === undefined) return undefined;
  const steps = stepsOf(rollout);
  return {
    percents: steps.map(({ percent }) => percent),
    seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
    maxSeconds: mostSeconds(rollout),
    backSeconds: backSeconds(rollout, unhealthyAfter),
  };
}

/** Each step of a rollout. `mayBeSkipped`: whether only the ledger says if the update takes them. */
function rolloutSteps(rollout: PlannedSpec["rollout"], mayBeSkipped: boolean): Step[] {
  if (rollout === undefined) return [];
  return stepsOf(rollout).map(({ percent, seconds, mostSeconds }) => ({
    appliesTo: "beside",
    title: percent === 100 ? "all requests" : `${percent} % of requests`,
    maxSeconds: mostSeconds,
    detail:
      `watched for ${seconds} s` +
      (mostSeconds > seconds ? `, and up to ${mostSeconds - seconds} s more with few requests` : "") +
      (mayBeSkipped ? "; skipped if the release has had traffic before" : ""),
  }));
}

/**
 * The steps that these changes take: an added release has nothing to drain, an unchanged recipe bakes nothing. Whether it has a rollout
 * say the stack's outputs, and where they are not known, the changes.
 */
export function updateFor(update: Update, releases: readonly ReleaseChange[], image?: ImageChange): Update {
  const { rollout, traffic } = isOpen(update.traffic) ? trafficBetween(update, releases) : update;
  const applies: Readonly<Record<Step["appliesTo"], boolean>> = {
    image: image?.change === "added" || image?.change === "changed",
    added: releases.some(({ change }) => change === "added"),
    beside: rollout !== undefined,
    // Where one is kept, the one that was kept before it goes.
    removed: releases.some(({ change }) => change === "removed" || change === "kept"),
    any: rollout !== undefined || movesTraffic(releases),
  };
  return { ...summed(update.steps.filter(({ appliesTo }) => applies[appliesTo])), rollout, traffic };
}

/** How the traffic moves by the changes alone. */
function trafficBetween({ rollout }: Update, releases: readonly ReleaseChange[]): Pick<Update, "rollout" | "traffic"> {
  const before = releases.filter(({ weightBefore = 0 }) => weightBefore > 0).map(({ id }) => id);
  const after = releases
    .filter(({ weightBefore = 0, weightAfter = 0 }) => weightBefore === 0 && weightAfter > 0)
    .map(({ id }) => id);
  if (rollout === undefined || before.length === 0 || after.length === 0) return { rollout: undefined, traffic: [] };
  const moves = { ...rollout, releases: { before, after } };
  return { rollout: moves, traffic: [unknownBetween(moves)] };
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

function summed(steps: readonly Step[]): Omit<Update, "rollout" | "traffic"> {
  return {
    steps,
    maxSecondsToSwitch: sum(steps.filter(({ appliesTo }) => appliesTo !== "removed")),
    maxSecondsTotal: sum(steps),
  };
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((seconds, { maxSeconds }) => seconds + maxSeconds, 0);
}
