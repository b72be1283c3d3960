/**
 * Time for the remote modules. Tests speed it up, also across processes, with IMMUTABLE_SERVICE_TEST_CLOCK_SPEED: 30
 * lets a wait of a minute pass in two seconds. Without the variable it is the machine's clock.
 */

/** What tells the time and waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves after so many milliseconds. */
  sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970 as the clouds have them. Default: `now`. */
  date?: () => number;
}

const start = Date.now();

function speed(): number {
  return Number(process.env.IMMUTABLE_SERVICE_TEST_CLOCK_SPEED ?? 1);
}

const machineClock: Clock = {
  now: () => start + (Date.now() - start) * speed(),
  date: () => Date.now(),
  // A faster clock shortens no pause below 100 ms, so that polls stay polls.
  sleep: (milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, Math.max(milliseconds / speed(), Math.min(milliseconds, 100)))),
};

let clock = machineClock;

/** Replaces this process's clock in a test; without an argument it is the machine's again. */
export function useClock(other: Clock = machineClock): void {
  clock = other;
}

/** Milliseconds since 1970, for deadlines. For what a cloud compares with its own clock, see `date`. */
export function now(): number {
  return clock.now();
}

/** Milliseconds since 1970 by the clock that the clouds have too, which tests do not speed up. */
export function date(): number {
  return (clock.date ?? clock.now)();
}

/** How many milliseconds a period of 60 seconds takes by that clock: tests let it pass faster. */
export function minute(): number {
  return 60_000 / speed();
}

/** Resolves after so many milliseconds. */
export function sleep(milliseconds: number): Promise<void> {
  return clock.sleep(milliseconds);
}

/** How many attempts work has at least, so that one reply that comes late does not use up the time for all. */
const leastAttempts = 4;

/** Repeats `work` every two seconds while `mayPass` accepts its error, at most for `limitSeconds` and four times at least. */
export async function repeated<Result>(
  work: () => Promise<Result>,
  mayPass: (error: unknown) => boolean,
  limitSeconds: number,
): Promise<Result> {
  const deadline = now() + limitSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || (now() >= deadline && attempt >= leastAttempts)) throw error;
    }
    await sleep(2000);
  }
}
