import type { EarlyEnd } from "../components/clouds/rollout-early-end.remote";
import type { Deployed } from "../components/recorded-outputs";
import { PlanFailure } from "../plan/failure";
import { type LiveShare, type LiveSplit, hasEnded, rolledOut } from "./split";

/** Milliseconds between two looks, and for which the command waits until the rollout has ended. */
const waiting = { between: 2000, most: 60_000 };

/**
 * Ends the rollout under way, and waits until the update that runs it has obeyed. Returns the split then. Throws a PlanFailure where
 * no rollout is under way, or nobody obeys in time.
 */
export async function endRollout(
  split: Pick<LiveSplit, "read" | "ask">,
  end: EarlyEnd,
  deployed: Pick<Deployed, "releases">,
): Promise<readonly LiveShare[]> {
  const asked = rolledOut(await split.read(), deployed);
  if (asked.length === 0)
    throw new PlanFailure(
      "no rollout is under way: every release that gets requests got some at the end of the last successful update",
    );
  await Promise.all(asked.map(({ targetGroup }) => split.ask(targetGroup, end)));
  const deadline = Date.now() + waiting.most;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, waiting.between));
    const live = await split.read();
    if (hasEnded(end, asked, live, deployed)) return live;
    if (Date.now() >= deadline)
      throw new PlanFailure(
        `nobody has obeyed after ${waiting.most / 1000} s, and the traffic is ${splitText(live)}: the update that ran the rollout is gone, or does not reach the cloud. ` +
          `The next update of the same change obeys at its first look (${end}); to go back to the release before, revert the ` +
          "change and update.",
      );
  }
}

function splitText(live: readonly LiveShare[]): string {
  return live.map(({ release, weight }) => `${release} ${weight} %`).join(", ") || "nobody's";
}
