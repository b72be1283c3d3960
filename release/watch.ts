import type { Deployed } from "../components/recorded-outputs";
import { type LiveShare, type LiveSplit, healthText, rolledOut } from "./split";

/** Milliseconds between two looks. */
const interval = 5000;

/**
 * Prints the split when it changes, with the time in UTC, until a rollout that was seen has ended. Waits for one that
 * has not begun. Returns the split then.
 */
export async function watchSplit(
  split: Pick<LiveSplit, "read">,
  deployed: Pick<Deployed, "releases">,
  print: (line: string) => void,
  pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, interval)),
): Promise<readonly LiveShare[]> {
  let last = "";
  let seen: readonly LiveShare[] = [];
  for (;;) {
    const live = await split.read();
    const line = lineOf(live);
    if (line !== last) print(`${new Date().toISOString().slice(11, 19)}  ${line}`);
    last = line;
    const rolling = rolledOut(live, deployed);
    // Taken back: nobody new has requests. Passed: what is new has them all.
    if (
      seen.length > 0 &&
      (rolling.length === 0 || live.every(({ weight, release }) => weight === 0 || isIn(seen, release)))
    )
      return live;
    seen = rolling;
    await pause();
  }
}

function lineOf(live: readonly LiveShare[]): string {
  if (live.length === 0) return "no release has requests";
  return live.map((share) => `${share.release} ${share.weight} % (${healthText(share)})`).join(", ");
}

function isIn(shares: readonly LiveShare[], release: string): boolean {
  return shares.some((one) => one.release === release);
}
