import { type RecordedOutputs, enteringIn, hasTraffic, servingBefore } from "../../components/recorded-outputs";
import type { PlannedRelease, RolloutTimes, TrafficMove } from "../contract";
import { rolloutInWords, sentenceList } from "../words";

/** What the plan knows of the stack before the update. */
export interface Before {
  /** Its outputs; undefined: not known. */
  readonly recorded?: RecordedOutputs | undefined;
  /** Whether the program gives the service its last outputs; default yes. Without them, `rollout` has no effect. */
  readonly givesLast?: boolean;
  /** Whether the rule that moves the traffic is created in the update, as with `tls`: then it moves at once. Default no. */
  readonly ruleIsNew?: boolean;
}

/** How the releases get their traffic, and the rollout, if there may be one. */
export interface Traffic {
  readonly traffic: readonly TrafficMove[];
  readonly rollout: RolloutTimes | undefined;
}

/** What the update does about the traffic. `rollout` is undefined where it is not set. */
export function trafficOf(
  releases: readonly Pick<PlannedRelease, "id" | "weight">[],
  rollout: RolloutTimes | undefined,
  { recorded, givesLast = true, ruleIsNew = false }: Before,
): Traffic {
  const live = releases.filter(hasTraffic).map(({ id }) => id);
  if (rollout !== undefined && !givesLast) return { rollout: undefined, traffic: [withoutLast(live)] };
  if (recorded === undefined) return { rollout, traffic: rollout === undefined ? [] : [unknown(live, rollout)] };
  const { deployed, ledger } = recorded;
  const entering = enteringIn(releases, recorded);
  const serving = servingBefore(deployed).map(({ id }) => id);
  const isFirst = serving.length + (ledger?.entries.length ?? 0) === 0;
  const steps =
    rollout === undefined || isFirst || ruleIsNew || entering.length === 0
      ? undefined
      : { ...rollout, releases: { before: serving, after: entering } };
  const known = live.filter((id) => !entering.includes(id));
  return {
    rollout: steps,
    traffic: [
      ...(isFirst ? entering.map(first) : []),
      ...(!isFirst && steps === undefined ? entering.map((id) => atOnce(id, rollout === undefined)) : []),
      ...(steps === undefined ? [] : [inSteps(entering, steps)]),
      ...known.map((id) => recordedMove(id, serving.includes(id), steps !== undefined)),
    ],
  };
}

/** The same against another tree, where only the ledger is unknown. */
export function unknownBetween(rollout: RolloutTimes): TrafficMove {
  return unknown(rollout.releases?.after ?? [], rollout);
}

/** Whether only the ledger says if there are steps. */
export function isOpen(traffic: readonly TrafficMove[]): boolean {
  return traffic.some(({ inSteps }) => inSteps === undefined);
}

function unknown(releases: readonly string[], rollout: RolloutTimes): TrafficMove {
  const [have, otherwise] = releases.length === 1 ? ["has", "if it"] : ["have", "one that"];
  return {
    releases,
    ledger: "unknown",
    sentence:
      `If ${sentenceList(releases)} ${have} not had traffic: ${rolloutInWords(rollout)}; ${otherwise} has, or is the first one: ` +
      "at once, without steps. The ledger of releases, which says that, is not known: see --ledger.",
  };
}

function withoutLast(releases: readonly string[]): TrafficMove {
  return {
    releases,
    ledger: "unknown",
    inSteps: false,
    sentence:
      `Release ${sentenceList(releases)}: all requests at once. rollout has no effect, because the program does not give the ` +
      "service its last outputs.",
  };
}

function inSteps(releases: readonly string[], rollout: RolloutTimes): TrafficMove {
  const sentence = `${rolloutInWords(rollout)}.`;
  return { releases, ledger: "new", inSteps: true, sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1) };
}

function atOnce(id: string, isUnset: boolean): TrafficMove {
  const reason = isUnset
    ? "rollout is not set"
    : "the rule that shares the requests is created in the same update, as when tls changes";
  return {
    releases: [id],
    ledger: "new",
    inSteps: false,
    sentence: `Release ${id} is new, and gets its requests at once: ${reason}.`,
  };
}

function first(id: string): TrafficMove {
  return {
    releases: [id],
    ledger: "first",
    inSteps: false,
    sentence: `Release ${id} is the first one: it gets its requests at once, without steps.`,
  };
}

function recordedMove(id: string, serves: boolean, others: boolean): TrafficMove {
  const sentence = serves
    ? `Release ${id} has traffic already: it takes no steps.`
    : `Release ${id} has had traffic before: it gets its requests back ${others ? "with the last step" : "at once, without steps"}.`;
  return { releases: [id], ledger: "recorded", inSteps: false, sentence };
}
