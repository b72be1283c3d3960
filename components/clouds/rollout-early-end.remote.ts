import { sleep } from "../clock.remote";
import { messageOf } from "../error-message";

/* A rollout that a person ends early: the engine's own Cancel does not reach a dynamic resource. */

/** How a rollout ends early: the traffic goes back, or the new releases get all of theirs at once. */
export type EarlyEnd = "abort" | "promote";

/** The tag of the new release's target group that asks for it, as `npm run release` sets it. */
export interface EarlyEndCalls {
  /** The value of the target group's tag `rolloutTag`; undefined: it has none. */
  asked(targetGroup: string): Promise<string | undefined>;
  /** Removes the tag. */
  unask(targetGroup: string): Promise<void>;
}

/** Attempts to remove the tag, and milliseconds between two. */
const attempts = 3;
const pauseBetween = 5000;

/** The early end of a rollout, which the tag of any of its target groups may ask for. */
export class EarlyEnds {
  /** The target groups whose tags have been seen. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly calls: EarlyEndCalls,
    private readonly targetGroups: readonly string[],
  ) {}

  /** What is asked for: to abort, if anybody does. Other values of the tag mean nothing. */
  async look(): Promise<EarlyEnd | undefined> {
    const values = await Promise.all(
      this.targetGroups.map(async (targetGroup) => {
        const value = await this.calls.asked(targetGroup);
        if (value !== undefined) this.seen.add(targetGroup);
        return value;
      }),
    );
    return (["abort", "promote"] as const).find((end) => values.includes(end));
  }

  /** Removes the tags that were seen, so that the next rollout of the releases does not end too. Prints what it could not remove. */
  async obeyed(): Promise<void> {
    await Promise.all(
      [...this.seen].map(async (targetGroup) => {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await this.calls.unask(targetGroup);
            return;
          } catch (error) {
            if (attempt === attempts) {
              console.error(`the tag that ended the rollout is still on ${targetGroup}: ${messageOf(error)}`);
              return;
            }
            await sleep(pauseBetween);
          }
        }
      }),
    );
  }
}
