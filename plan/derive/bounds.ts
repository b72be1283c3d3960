import type { Instances, ScheduleTrigger, Trigger } from "../../components/spec";
import type { ServicePlan } from "../contract";
import { range, triggerInWords } from "../words";

/** What decides about the bounds of a release that runs. */
export interface BoundsSettings {
  readonly instances: Pick<Instances, "min" | "max">;
  readonly scaling: readonly Trigger[];
}

/**
 * When a changed min or max, or the bounds of a removed schedule, apply to a release that runs, and what happens to its
 * instances then. Undefined where neither changes. The rule itself is in components/clouds/bounds.remote.ts.
 */
export function boundsChange(before: BoundsSettings, after: BoundsSettings): string | undefined {
  const [was, is] = [before.instances, after.instances];
  const [earlier, schedules] = [schedulesOf(before), schedulesOf(after)];
  const changed = was.min !== is.min || was.max !== is.max;
  const removed = schedules.length < earlier.length;
  const bounds = `${range(is.min, is.max)} instances`;
  if (schedules.length > 0 && changed)
    return (
      `The bounds of ${bounds} apply at once where no schedule has set others since the last update. ` +
      `Otherwise that schedule's stay until the next one runs: ${schedules.map(triggerInWords).join("; ")}.`
    );
  if (schedules.length > 0 && removed)
    return `Where the removed schedule has set the bounds, they return to ${bounds} at once.`;
  if (!changed && !removed) return undefined;
  return [`The bounds ${removed ? "return" : "change"} to ${bounds} at once.`, ...moves(before, after, removed)].join(
    " ",
  );
}

/** The same for every release that two plans of a service share, each sentence once. */
export function boundsNotes(before: ServicePlan | undefined, after: ServicePlan | undefined): string[] {
  const [was, is] = [before, after].map((plan) => plan?.description.service);
  const sentences = (is?.releases ?? []).flatMap(({ id, instances }) => {
    const earlier = was?.releases.find((release) => release.id === id);
    if (was === undefined || is === undefined || earlier === undefined) return [];
    const settings = { instances: earlier.instances, scaling: was.scaling };
    return boundsChange(settings, { instances, scaling: is.scaling }) ?? [];
  });
  return [...new Set(sentences)];
}

function moves({ instances: was }: BoundsSettings, { instances: is }: BoundsSettings, anywhere: boolean): string[] {
  return [
    ...(anywhere || is.min > was.min ? [`A release with fewer than ${is.min} starts more.`] : []),
    ...(anywhere || is.max < was.max ? [`A release with more than ${is.max} stops the others.`] : []),
  ];
}

function schedulesOf({ scaling }: BoundsSettings): ScheduleTrigger[] {
  return scaling.filter((trigger) => trigger.kind === "schedule");
}
