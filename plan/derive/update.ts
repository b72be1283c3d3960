import type { Description } from "../../components/service";
import type { ImageChange } from "./bake";
import type { ReleaseChange } from "./changes";
import type { Bake, Step, Update } from "../contract";
import { many } from "../render/words";

/** What a new release goes through, with the longest that each step may take before the update fails. */
export function updateOf({ service, launchSeconds }: Description, bake?: Bake): Update {
  const { health, gate, loadBalancer } = service;
  const made: Step[] = [
    ...(bake === undefined
      ? []
      : [
          {
            of: "baked" as const,
            what: service.compute === "vm" ? "image baked and tested" : "image baked",
            atMost: bake.atMost,
            why: "nothing to do if one of its recipe is there",
          },
        ]),
    { of: "comes", what: "target group", atMost: 0, why: "" },
    { of: "comes", what: "its header rule on the listener", atMost: 0, why: "which has it health-checked" },
    {
      of: "comes",
      what: "new server group, its instances healthy",
      atMost: launchSeconds + health.startWithin + health.healthyAfter,
      why: `${launchSeconds} launch + ${health.startWithin} start + ${health.healthyAfter} healthy`,
    },
  ];
  const gated: Step =
    gate.from === "none"
      ? { of: "comes", what: "gate", atMost: 0, why: "none: only the load balancer's own health check decides" }
      : { of: "comes", what: "gate", atMost: gate.within, why: `${many(gate.answers, "good answer")} in a row` };
  const moved: Step[] = [...made, gated, { of: "either", what: "traffic split moves", atMost: 0, why: "" }];
  const drained: Step = {
    of: "goes",
    what: "old server group drained and deleted",
    atMost: loadBalancer.drain + launchSeconds,
    why: `${loadBalancer.drain} drain + ${launchSeconds} stop`,
  };
  return summed([...moved, drained]);
}

/** The part of an update that these releases take: one that comes has nothing to drain, one that goes has no gate, and an unchanged recipe bakes nothing. */
export function updateFor({ steps }: Update, releases: readonly ReleaseChange[], image?: ImageChange): Update {
  const bakes = image?.fate === "comes" || image?.fate === "changed";
  const fates = releases.map(({ fate }) => fate);
  const moves = releases.some(
    ({ fate, weightBefore, weightAfter }) => fate !== "stays" || weightBefore !== weightAfter,
  );
  return summed(
    steps.filter((step) => (step.of === "either" ? moves : step.of === "baked" ? bakes : fates.includes(step.of))),
  );
}

function summed(steps: readonly Step[]): Update {
  return { steps, trafficMovedWithin: sum(steps.filter((step) => step.of !== "goes")), overWithin: sum(steps) };
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((total, { atMost }) => total + atMost, 0);
}
