import { now, sleep } from "../../components/clock.remote";
import { type Verdict, failed, passed } from "../verdict";

/** What the log service has of the last minutes. */
export interface LogFacts {
  /** The log group or project. */
  readonly place: string;
  /** How many lines were found; the search may stop at the first ones. */
  readonly lines: number;
}

/** Minutes within which the app must have written something. The checks of the address send requests meanwhile. */
export const logMinutes = 15;

/** Seconds for which a check waits for the lines of the requests that were sent just now. */
export const logWaitSeconds = 30;

/** Judges the logs of the last minutes. */
export function judgeLogs({ place, lines }: LogFacts): Verdict {
  return lines > 0
    ? passed(`lines of the last ${logMinutes} minutes in ${place}`)
    : failed(
        `no line of the last ${logMinutes} minutes in ${place}`,
        "see whether the app writes to its standard output, and whether its role may write to the log service",
      );
}

/** Searches until there are lines, or until the time for them to arrive is over. */
export async function waitForLines(find: () => Promise<number>, seconds = logWaitSeconds): Promise<number> {
  const deadline = now() + seconds * 1000;
  for (;;) {
    const lines = await find();
    if (lines > 0 || now() + 3000 >= deadline) return lines;
    await sleep(3000);
  }
}
