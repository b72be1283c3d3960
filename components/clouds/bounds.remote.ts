import { now, sleep } from "../clock.remote";
import type { Created, Refreshed, Updated } from "../remote";

/**
 * When a changed min or max applies to a group that runs. The bounds of a running group have several owners: the stack
 * file, the schedules and whoever changes them by hand. So they are not the provider's properties after the creation,
 * and an update changes them only where nobody else has.
 */

/** The least and the largest number of instances of a group. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The inputs of a group's bounds on every cloud. */
export interface BoundsInputs extends Bounds {
  /** The bounds that the service's schedules set, in their order. Empty: there are none. */
  readonly schedules: readonly Bounds[];
  /** How many instances the release starts with. */
  readonly start: number;
  /** The group that has most of the traffic when this one is created, if there is one. A change of it has no effect. */
  readonly serving: readonly ServingBounds[];
}

/** The group of a release that serves. */
export interface ServingBounds {
  readonly group: string;
  /** The bounds that were last set there by its creation or by an update. */
  readonly applied: Bounds;
}

/** The outputs of a group's bounds on every cloud. */
export interface BoundsOutputs {
  /** The bounds that were last set by the group's creation or by an update, never by a schedule. */
  readonly applied: Bounds;
  /** How many instances the release starts with within the bounds that its group was created with: not fewer than served before. */
  readonly starts: number;
}

/** A group whose bounds are read and set through its cloud's API. */
export interface BoundedGroup {
  /** The bounds that are in force; undefined where the group does not exist. */
  read(): Promise<Bounds | undefined>;
  /** How many instances it is to have now; undefined where the group does not exist. */
  size(): Promise<number | undefined>;
  /** Sets the bounds. A number of instances outside of them moves to the nearer one. */
  set(bounds: Bounds): Promise<void>;
}

/** What was recorded before an update; what an earlier version did not record is missing. */
export type Recorded = Partial<BoundsInputs & BoundsOutputs>;

/** Whether an update sets the bounds of a group that runs to the stack file's min and max. */
export function appliesAtOnce(live: Bounds, before: Recorded, { schedules }: Pick<BoundsInputs, "schedules">): boolean {
  if (schedules.length === 0) return true;
  const { applied, min, max, schedules: earlier = [] } = before;
  const last = applied ?? (min === undefined || max === undefined ? undefined : { min, max });
  if (last !== undefined && areSame(live, last)) return true;
  // A schedule that is in force and was removed, not edited: its next time would never come.
  return schedules.length < earlier.length && includes(earlier, live) && !includes(schedules, live);
}

/**
 * Which bounds a group gets right after its creation. The group that serves may have a schedule's bounds: then the new
 * one gets them too, because it takes over the traffic. `live` differs from the stack file's bounds where the group
 * existed before its bounds were a resource, or was replaced and has got the bounds of the one before.
 */
export function firstBounds(live: Bounds, inputs: BoundsInputs, servingLive: Bounds | undefined): Bounds {
  const { min, max, schedules, serving } = inputs;
  if (schedules.length === 0) return { min, max };
  const [other] = serving;
  if (servingLive !== undefined && other !== undefined && !areSame(servingLive, other.applied)) return servingLive;
  return includes(schedules, live) ? live : { min, max };
}

/** The remote module of a cloud's bounds; `groupsOf` gives the groups in the region of the inputs, by their ids. */
export function boundsModule<Inputs extends BoundsInputs & { readonly group: string }>(
  groupsOf: (inputs: Partial<Inputs>) => (id: string) => BoundedGroup,
) {
  type Outputs = Inputs & BoundsOutputs;
  return {
    /** Records the bounds of a group that was created before. */
    create: (inputs: Inputs) => createBounds(inputs.group, inputs, groupsOf(inputs)),
    /** Applies a changed min or max, where no schedule has set the bounds since. */
    update: (id: string, before: Partial<Outputs>, inputs: Inputs) =>
      updateBounds(id, before, inputs, groupsOf(inputs)),
    /** Finds out whether the group exists. */
    read: (id: string, outputs: Partial<Outputs>) => readBounds(id, outputs, groupsOf(outputs)),
  };
}

/** Creates the record of a new group's bounds, and sets them where they are others than the group was created with. */
export async function createBounds<Inputs extends BoundsInputs>(
  id: string,
  inputs: Inputs,
  group: (id: string) => BoundedGroup,
): Promise<Created<Inputs & BoundsOutputs>> {
  const { min, max, start } = inputs;
  const own = group(id);
  const live = await liveBounds(own, id);
  const [serving] = inputs.serving;
  const other = serving === undefined ? undefined : group(serving.group);
  const first = firstBounds(live, inputs, await other?.read());
  if (!areSame(first, live)) await own.set(first);
  // It takes over the requests of a group that triggers may have scaled out.
  const served = (await other?.size()) ?? 0;
  const starts = Math.min(Math.max(start, served, first.min), first.max);
  return { id, outs: { ...inputs, applied: { min, max }, starts } };
}

/** Applies a changed min or max at once, or leaves the bounds that a schedule has set. */
export async function updateBounds<Inputs extends BoundsInputs>(
  id: string,
  before: Recorded,
  inputs: Inputs,
  group: (id: string) => BoundedGroup,
): Promise<Updated<Inputs & BoundsOutputs>> {
  const { min, max, start } = inputs;
  const own = group(id);
  const live = await liveBounds(own, id);
  const atOnce = appliesAtOnce(live, before, inputs);
  if (atOnce && !areSame(live, inputs)) await own.set({ min, max });
  const applied = atOnce ? { min, max } : (before.applied ?? live);
  return { outs: { ...inputs, applied, starts: before.starts ?? start } };
}

/** Finds out whether the group exists. Which bounds are in force does not matter: they may be a schedule's. */
export async function readBounds<Outputs>(
  id: string,
  outputs: Outputs,
  group: (id: string) => BoundedGroup,
): Promise<Refreshed<Outputs>> {
  return (await group(id).read()) === undefined ? {} : { id, props: outputs };
}

/** A group that was created just now may be missing at first. */
async function liveBounds(group: BoundedGroup, id: string): Promise<Bounds> {
  const deadline = now() + 30_000;
  for (;;) {
    const live = await group.read();
    if (live !== undefined) return live;
    if (now() >= deadline) throw new Error(`${id} does not exist, so it has no bounds. Run pulumi up --refresh.`);
    await sleep(2000);
  }
}

function areSame(one: Bounds, other: Bounds): boolean {
  return one.min === other.min && one.max === other.max;
}

function includes(list: readonly Bounds[], bounds: Bounds): boolean {
  return list.some((one) => areSame(one, bounds));
}
