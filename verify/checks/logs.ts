import { now, sleep } from "../../components/clock.remote";
import { type Check, type Verdict, failed, passed, unseen } from "../verdict";
import { type AppAnswer, hasLogged } from "./files";

/** What the log service has of the last minutes. */
export interface LogFacts {
  /** The log group or project. */
  readonly place: string;
  /** How many lines were found; the search may stop at the first ones. Undefined where the place does not exist. */
  readonly lines: number | undefined;
  /** Whether the app says that it has just written a line. Many apps log no requests, and say nothing for hours. */
  readonly logged: boolean;
}

/** Minutes within which the app should have written something. The checks of the address send requests meanwhile. */
export const logMinutes = 15;

/** Seconds for which a check waits for the lines of the requests that were sent just now. */
export const logWaitSeconds = 45;

/** Judges the logs of the last minutes. */
export function judgeLogs({ place, lines, logged }: LogFacts): Verdict {
  if (lines === undefined) return failed(`the log service has no ${place}`, "run pulumi up --refresh");
  if (lines > 0) return passed(`lines of the last ${logMinutes} minutes in ${place}`);
  const silent = `no line of the last ${logMinutes} minutes in ${place}`;
  return logged
    ? failed(
        `${silent}, although the app has just written one`,
        "see whether the app's role may write to the log service, and on virtual machines whether the log agent runs",
      )
    : unseen(
        `${silent}: the app may log no requests`,
        "look whether the lines of its start are there (output links.logs), or let the app log its requests",
      );
}

/** Searches until there are lines, or until the time for them to arrive is over. Undefined as `find` returns it. */
export async function waitForLines(
  find: () => Promise<number | undefined>,
  seconds = logWaitSeconds,
): Promise<number | undefined> {
  const deadline = now() + seconds * 1000;
  for (;;) {
    const lines = await find();
    if (lines === undefined || lines > 0 || now() + 3000 >= deadline) return lines;
    await sleep(3000);
  }
}

/** The check of the logs. `find` counts lines of the last minutes; undefined where their place does not exist. */
export function logCheck(place: string, find: () => Promise<number | undefined>, answer: AppAnswer): Check {
  const run = async () => {
    const logged = hasLogged(await answer());
    return judgeLogs({ place, logged, lines: await waitForLines(find) });
  };
  return { name: "logs", run };
}
