import { date, now, sleep } from "../clock.remote";
import type { Created, Refreshed, Updated } from "../remote";
import { type Bounds, type ScheduledBounds, boundsInForce } from "./bounds-in-force";

/**
 * When a changed min or max applies to a group that runs. The bounds of a running group have several owners: the stack
 * file, the schedules and whoever changes them by hand. So they are not the provider's properties after the creation,
 * and an update changes them only where nobody else has.
 *
 * A group that loses its traffic, and is kept, is held: its minimum is what it has, so that no trigger removes an
 * instance, until an action of the group itself lowers it. Nothing else changes it meanwhile.
 */

/** The inputs of a group's bounds on every cloud. */
export interface BoundsInputs extends Bounds {
  /** The service's schedules, in their order. Empty: there are none. */
  readonly schedules: readonly ScheduledBounds[];
  /** The release to which the group loses its traffic, while it is kept; empty: it serves. */
  readonly heldFor: string;
  /**
   * Seconds for which it is held. They count from when it is held, and a change of them has no effect until the next
   * time.
   */
  readonly holdSeconds: number;
}

/** The outputs of a group's bounds on every cloud. */
export interface BoundsOutputs {
  /** The stack file's bounds that were last set by the group's creation or by an update, never a schedule's. */
  readonly applied: Bounds;
  /** When the group lowers its minimum, in ISO 8601 and UTC; empty: it is not held. */
  readonly heldUntil: string;
  /** How the cloud identifies the action that lowers it; empty: there is none. */
  readonly task: string;
}

/** A group whose bounds are read and set through its cloud's API. */
export interface BoundedGroup {
  /** The bounds that are in force; undefined where the group does not exist. */
  read(): Promise<Bounds | undefined>;
  /** How many instances it is to have now; undefined where the group does not exist. */
  size(): Promise<number | undefined>;
  /** Sets the bounds. A number of instances outside of them moves to the nearer one. */
  set(bounds: Bounds): Promise<void>;
  /** Sets how many instances it is to have, within its bounds. */
  resize(size: number): Promise<void>;
}

/** A group that can lower its minimum itself. */
export interface HoldableGroup extends BoundedGroup {
  /**
   * Lets the group lower its minimum itself, once. In the place of such an action from before, if there is one.
   * Returns how the cloud identifies the action.
   */
  lowerAt(time: Date, min: number): Promise<string>;
  /** Removes that action, if it is still there. */
  cancelLowering(task: string): Promise<void>;
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

/** The remote module of a cloud's bounds; `groupsOf` gives the groups in the region of the inputs, by their ids. */
export function boundsModule<Inputs extends BoundsInputs & { readonly group: string }>(
  groupsOf: (inputs: Partial<Inputs>) => (id: string) => HoldableGroup,
) {
  type Outputs = Inputs & BoundsOutputs;
  return {
    /** Records the bounds of a group that was created before. */
    create: (inputs: Inputs) => createBounds(inputs.group, inputs, groupsOf(inputs)),
    /** Applies a changed min or max, where no schedule has set the bounds since; holds the group, or ends that. */
    update: (id: string, before: Partial<Outputs>, inputs: Inputs) =>
      updateBounds(id, before, inputs, groupsOf(inputs)),
    /** Finds out whether the group exists. */
    read: (id: string, outputs: Partial<Outputs>) => readBounds(id, outputs, groupsOf(outputs)),
    /** Removes the action of a held group, which may outlive the group. */
    delete: async (id: string, outputs: Partial<Outputs>) => {
      if (outputs.task) await groupsOf(outputs)(id).cancelLowering(outputs.task);
    },
  };
}

/**
 * Creates the record of a new group's bounds, and sets those that hold now. The group may have been created with others: where
 * the same change has lowered max, it has had room for what served before, and its traffic has moved since.
 */
export async function createBounds<Inputs extends BoundsInputs>(
  id: string,
  inputs: Inputs,
  group: (id: string) => HoldableGroup,
  time = new Date(),
): Promise<Created<Inputs & BoundsOutputs>> {
  const { min, max, schedules } = inputs;
  const own = group(id);
  const live = await liveBounds(own, id);
  if (inputs.heldFor !== "") return { id, outs: { ...inputs, applied: live, ...(await hold(own, live, inputs)) } };
  const first = boundsInForce(inputs, schedules, time);
  if (!areSame(first, live)) await own.set(first);
  return { id, outs: { ...inputs, applied: { min, max }, ...notHeld } };
}

/**
 * Applies a changed min or max at once, or leaves the bounds that a schedule has set. A group is held once for each
 * release to which it loses its traffic. One that serves again gets the bounds that hold now.
 */
export async function updateBounds<Inputs extends BoundsInputs>(
  id: string,
  before: Recorded,
  inputs: Inputs,
  group: (id: string) => HoldableGroup,
  time = new Date(),
): Promise<Updated<Inputs & BoundsOutputs>> {
  const { min, max, heldFor } = inputs;
  const own = group(id);
  const live = await liveBounds(own, id);
  const { heldUntil = "", task = "", applied: known = live } = before;
  if (heldFor !== "") {
    const held = before.heldFor === heldFor ? { heldUntil, task } : await hold(own, live, inputs);
    return { outs: { ...inputs, applied: known, ...held } };
  }
  if (task !== "") {
    await own.cancelLowering(task);
    const current = boundsInForce(inputs, inputs.schedules, time);
    if (!areSame(current, live)) await own.set(current);
    return { outs: { ...inputs, applied: { min, max }, ...notHeld } };
  }
  const atOnce = appliesAtOnce(live, before, inputs);
  if (atOnce && !areSame(live, inputs)) await own.set({ min, max });
  const applied = atOnce ? { min, max } : known;
  return { outs: { ...inputs, applied, ...notHeld } };
}

const notHeld = { heldUntil: "", task: "" };

/**
 * Raises the minimum to what the group has, and lets the group lower it again itself. The action is registered first:
 * an update that is interrupted in between leaves no group that stays large.
 */
async function hold(
  group: HoldableGroup,
  live: Bounds,
  { min, holdSeconds }: Pick<BoundsInputs, "min" | "holdSeconds">,
): Promise<Pick<BoundsOutputs, "heldUntil" | "task">> {
  const size = (await group.size()) ?? live.min;
  // The clouds' schedules know minutes only.
  const until = new Date(Math.ceil((date() + holdSeconds * 1000) / 60_000) * 60_000);
  const task = await group.lowerAt(until, Math.min(min, live.max));
  const held = { min: Math.min(Math.max(size, live.min), live.max), max: live.max };
  if (!areSame(held, live)) await group.set(held);
  return { heldUntil: until.toISOString(), task };
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
