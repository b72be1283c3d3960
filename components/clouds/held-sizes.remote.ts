import { sleep } from "../clock.remote";
import { messageOf } from "../error-message";
import type { BoundedGroup } from "./bounds.remote";
import { boundsInForce } from "./bounds-in-force";
import type { Share } from "./checks.remote";
import type { Servers } from "./start-size.remote";

/* The sizes of releases during a rollout: nobody who may get everything back, or has to take everything, shrinks. */

/** What a rollout does with the sizes of its releases. */
export interface HeldSizes {
  /** Raises the min of these target groups' instances to the number that they have. */
  hold(targetGroups: readonly string[]): Promise<void>;
  /** Gives the groups the min that holds now. Never throws: it prints which group has kept another one. */
  letGo(): Promise<void>;
}

/** Attempts to give a group its min back, and milliseconds between two. */
const attempts = 3;
const pauseBetween = 5000;

/**
 * The sizes of the releases of some shares.
 *
 * @param shares those before, and then those wanted; one that an earlier version recorded is not held. The size of a
 *   release that is to be kept without traffic is not a rollout's: its group holds it for longer
 */
export function heldSizes(shares: readonly Share[], group: (servers: Servers) => BoundedGroup): HeldSizes {
  const latest = new Map(shares.map((share) => [share.targetGroup, share]));
  const releases = new Map(
    [...latest.values()].flatMap(({ release, targetGroup, servers, bounds, kept }) =>
      servers === undefined || bounds === undefined || kept
        ? []
        : [[targetGroup, { release, bounds, group: group(servers) }] as const],
    ),
  );
  return {
    async hold(targetGroups) {
      const held = targetGroups.flatMap((one) => releases.get(one) ?? []);
      await Promise.all(
        held.map(async ({ group }) => {
          const [size = 0, live] = await Promise.all([group.size(), group.read()]);
          if (live !== undefined && size > live.min) await group.set({ min: Math.min(size, live.max), max: live.max });
        }),
      );
    },
    async letGo() {
      await Promise.all(
        [...releases.values()].map(async ({ release, bounds, group }) => {
          for (let attempt = 1; ; attempt += 1) {
            try {
              const { min } = boundsInForce(bounds, bounds.schedules, new Date());
              const live = await group.read();
              if (live !== undefined && live.min > min) await group.set({ min, max: live.max });
              return;
            } catch (error) {
              if (attempt === attempts) {
                console.error(`${release} keeps its min of the rollout: ${messageOf(error)}`);
                return;
              }
              await sleep(pauseBetween);
            }
          }
        }),
      );
    },
  };
}
