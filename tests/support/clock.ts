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
