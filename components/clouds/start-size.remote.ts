import type { Created } from "../remote";
import type { BoundedGroup } from "./bounds.remote";
import { type Bounds, type ScheduledBounds, boundsInForce, startingSize } from "./bounds-in-force";
import { type Split, servingIn } from "./rollout";

/** The instances behind a target group. */
export interface Servers {
  /** The target group's id. */
  readonly targetGroup: string;
  /** The name or the id of the server group. */
  readonly group: string;
  /** The name of an ECS service's cluster; empty for any other group. */
  readonly cluster: string;
}

/** What the stack knows of the releases that may serve before an update. */
export interface ServingInputs {
  /** The ids of the recorded rules that share requests among the releases. */
  readonly rules: readonly string[];
  /** The weights by target group that the last successful update has set; absent: none are recorded. */
  readonly lastSplit?: Readonly<Record<string, number>> | undefined;
  /** The instances of every recorded release. */
  readonly servers: readonly Servers[];
}

/** The inputs of a release's starting size on every cloud. A change of any has no effect: it is read once. */
export interface StartSizeInputs extends Bounds, ServingInputs {
  /** The release's id. */
  readonly release: string;
  /** How many instances the stack file wants at the start, at least. */
  readonly start: number;
  readonly schedules: readonly ScheduledBounds[];
}

/** The outputs of a release's starting size on every cloud. */
export interface StartSizeOutputs {
  /** The bounds that the release's group is created with. */
  readonly startMin: number;
  readonly startMax: number;
  /** How many instances the release starts with. */
  readonly starts: number;
}

/** What a cloud gives for it. */
export interface SizeCalls {
  /** The split of a rule. Empty: the rule does not exist. */
  split(rule: string): Promise<Split>;
  group(servers: Servers): BoundedGroup;
}

/** Reads what serves, once: the result stays as it is recorded, however often the update is repeated. */
export async function createStartSize<Inputs extends StartSizeInputs>(
  inputs: Inputs,
  calls: SizeCalls,
  time = new Date(),
): Promise<Created<Inputs & StartSizeOutputs>> {
  const { release, start, schedules, rules, lastSplit = {}, servers } = inputs;
  const splits = await Promise.all(rules.map((rule) => calls.split(rule)));
  const serving = servingIn(new Map(splits.flatMap((split) => [...split])), new Map(Object.entries(lastSplit)));
  const groups = servers.filter(({ targetGroup }) => serving.has(targetGroup)).map((one) => calls.group(one));
  const found = await Promise.all(
    groups.map(async (group) => {
      const [size, bounds] = await Promise.all([group.size(), group.read()]);
      return size === undefined ? [] : [{ size, max: bounds?.max ?? size }];
    }),
  );
  const { bounds, starts } = startingSize(boundsInForce(inputs, schedules, time), start, found.flat());
  return { id: release, outs: { ...inputs, startMin: bounds.min, startMax: bounds.max, starts } };
}
