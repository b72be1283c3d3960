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
}

const start = Date.now();

function speed(): number {
  return Number(process.env.IMMUTABLE_SERVICE_TEST_CLOCK_SPEED ?? 1);
}

const machineClock: Clock = {
  now: () => start + (Date.now() - start) * speed(),
  // A faster clock shortens no pause below 100 ms, so that polls stay polls.
  sleep: (milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, Math.max(milliseconds / speed(), Math.min(milliseconds, 100)))),
};

let clock = machineClock;

/** Replaces this process's clock in a test; without an argument it is the machine's again. */
export function useClock(other: Clock = machineClock): void {
  clock = other;
}

/** Milliseconds since 1970, for deadlines. Whatever a cloud compares with its own clock uses `Date`. */
export function now(): number {
  return clock.now();
}

/** Resolves after so many milliseconds. */
export function sleep(milliseconds: number): Promise<void> {
  return clock.sleep(milliseconds);
}
