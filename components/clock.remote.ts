/**
 * Time for the remote modules. Tests speed it up, also across processes, with IMMUTABLE_SERVICE_TEST_CLOCK_SPEED: 30
 * lets a wait of a minute pass in two seconds. Without the variable it is the machine's clock.
 */

const start = Date.now();

function speed(): number {
  return Number(process.env.IMMUTABLE_SERVICE_TEST_CLOCK_SPEED ?? 1);
}

/** Milliseconds since 1970, for deadlines. Whatever a cloud compares with its own clock uses `Date`. */
export function now(): number {
  return start + (Date.now() - start) * speed();
}

/** Resolves after so many milliseconds. A faster clock shortens no pause below 100 ms, so that polls stay polls. */
export function sleep(milliseconds: number): Promise<void> {
  const pause = Math.max(milliseconds / speed(), Math.min(milliseconds, 100));
  return new Promise((resolve) => setTimeout(resolve, pause));
}
