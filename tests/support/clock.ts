import { type Clock, useClock } from "../../components/clock.remote";

/** The environment variable that speeds up the clock of the remote modules. */
export function clockSpeed(times: number): NodeJS.ProcessEnv {
  return { IMMUTABLE_SERVICE_TEST_CLOCK_SPEED: String(times) };
}

/**
 * The environment of the engine in which the program's waits pass ten times as fast as they are written: what they wait
 * for is simulated. A gate's `within` counts that clock too, so 50 seconds are five.
 */
export const fastWaits: NodeJS.ProcessEnv = clockSpeed(10);

/** Speeds up the clock of the remote modules in this process during the calling suite. */
export function fastClock(times: number): void {
  before(() => Object.assign(process.env, clockSpeed(times)));
  after(() => {
    for (const name of Object.keys(clockSpeed(1))) Reflect.deleteProperty(process.env, name);
  });
}

/**
 * Gives the remote modules in this process a clock of their own during the calling suite: time passes only while
 * something sleeps, so a test's result does not depend on how fast the machine is.
 */
export function simulatedClock(): void {
  before(() => {
    useClock(new SimulatedClock());
  });
  after(() => {
    useClock();
  });
}

class SimulatedClock implements Clock {
  private time = Date.now();
  private readonly sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  readonly now = () => this.time;

  readonly sleep = (milliseconds: number) =>
    new Promise<void>((wake) => {
      this.sleepers.push({ until: this.time + milliseconds, wake });
      if (this.sleepers.length === 1) this.wakeNext();
    });

  /** Wakes the one that is due first, after everything else that can go on now. */
  private wakeNext(): void {
    setTimeout(() => {
      const [next] = this.sleepers.sort((a, b) => a.until - b.until).splice(0, 1);
      if (next === undefined) return;
      this.time = Math.max(this.time, next.until);
      next.wake();
      if (this.sleepers.length > 0) this.wakeNext();
    }, 1);
  }
}
