import { now, sleep } from "../clock.remote";
import { isEngineRunning } from "../engine.remote";
import { Blindness } from "./blindness.remote";
import type { BoundedGroup } from "./bounds.remote";
import type { Share } from "./checks.remote";
import { type Split, servingIn } from "./rollout";
import type { RolloutCalls } from "./rollout.remote";
import type { Servers } from "./start-size.remote";

/** What a cloud gives for the check of a split's capacity. */
export interface CapacityCalls extends Pick<RolloutCalls, "health"> {
  group(servers: Servers): BoundedGroup;
}

/** Milliseconds between two looks. */
const lookEvery = 3000;

/** Milliseconds for which every look may fail. */
const blindFor = 30_000;

/** What a look has found. */
interface Look {
  /** Healthy instances of the releases that serve, and of those that are to serve. */
  readonly serving: number;
  readonly healthy: number;
  /** How many the latter may have at most, and how each group is to be resized to have as many as serve. */
  readonly most: number;
  readonly resize: readonly { readonly group: BoundedGroup; readonly size: number }[];
}

/**
 * Waits until the releases that are to have traffic have at least as many healthy instances as those that have it now, or as
 * many as their bounds allow: a trigger or a schedule may have moved either since the new release has been found healthy. Lets
 * their groups grow to that number. Where nobody loses all requests, nothing is read. Throws where the instances are not
 * healthy in time, or the engine is gone; the split stays as it is then.
 *
 * @param live the split that the rule in the cloud has
 * @param last the split that the last successful update has set
 */
export async function asLargeAsServing(
  shares: readonly Share[],
  live: Split,
  last: Split,
  calls: CapacityCalls,
): Promise<void> {
  const wanted = shares.filter(({ weight }) => weight > 0);
  const serving = [...servingIn(live, last).keys()];
  if (serving.every((group) => wanted.some(({ targetGroup }) => targetGroup === group))) return;
  const within = Math.max(...wanted.map(({ startWithin = 0 }) => startWithin));
  const deadline = now() + within * 1000;
  const blindness = new Blindness("the traffic was not moved, because what serves cannot be counted", blindFor);
  for (;;) {
    const look = await blindness.unless(() => lookAt(serving, wanted, calls));
    if (look === undefined) {
      await sleep(lookEvery);
      continue;
    }
    const required = Math.min(look.serving, look.most);
    if (look.healthy >= required) return;
    if (now() + lookEvery >= deadline)
      throw new Error(
        `the traffic was not moved: ${look.serving} healthy instances serve, and ` +
          `${wanted.map(({ release }) => release).join(" and ")} had only ${look.healthy} after ${within} s. ` +
          "The next update waits again; to go back to the old release, revert the change and update.",
      );
    if (!(await isEngineRunning())) throw new Error("the update was interrupted before the traffic moved");
    for (const { group, size } of look.resize) await group.resize(size);
    await sleep(lookEvery);
  }
}

async function lookAt(serving: readonly string[], wanted: readonly Share[], calls: CapacityCalls): Promise<Look> {
  const count = async (targetGroup: string) => (await calls.health(targetGroup)).healthy.length;
  const targetGroups = [...new Set([...serving, ...wanted.map(({ targetGroup }) => targetGroup)])];
  const counts = new Map(await Promise.all(targetGroups.map(async (one) => [one, await count(one)] as const)));
  const healthyIn = (groups: readonly string[]) => groups.reduce((sum, group) => sum + (counts.get(group) ?? 0), 0);
  const found = { serving: healthyIn(serving), healthy: healthyIn(wanted.map(({ targetGroup }) => targetGroup)) };
  if (found.healthy >= found.serving) return { ...found, most: Infinity, resize: [] };
  const groups = await Promise.all(
    wanted.map(async (share) => {
      const healthy = counts.get(share.targetGroup) ?? 0;
      const group = share.servers && calls.group(share.servers);
      const [size = healthy, bounds] = group === undefined ? [] : await Promise.all([group.size(), group.read()]);
      return { group, size, weight: share.weight, max: Math.max(healthy, bounds?.max ?? healthy) };
    }),
  );
  return { ...found, most: groups.reduce((sum, { max }) => sum + max, 0), resize: grown(groups, found.serving) };
}

/** What lets some groups together have a number of instances: the one with most of the requests grows first. */
function grown(
  groups: readonly { readonly group?: BoundedGroup; readonly size: number; readonly max: number; weight: number }[],
  wanted: number,
): Look["resize"] {
  let missing = wanted - groups.reduce((sum, { size }) => sum + size, 0);
  return [...groups]
    .sort((one, other) => other.weight - one.weight)
    .flatMap(({ group, size, max }) => {
      const more = Math.min(missing, max - size);
      if (group === undefined || more <= 0) return [];
      missing -= more;
      return [{ group, size: size + more }];
    });
}
