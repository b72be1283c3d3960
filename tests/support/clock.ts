/** The variable that speeds up the clock of the remote modules, in this process or as the environment of another. */
export function clockSpeed(times: number): NodeJS.ProcessEnv {
  return { IMMUTABLE_SERVICE_TEST_CLOCK_SPEED: String(times) };
}

/** Speeds up the clock of the remote modules for the tests of the suite that calls this. */
export function fastClock(times: number): void {
  before(() => Object.assign(process.env, clockSpeed(times)));
  after(() => {
    for (const name of Object.keys(clockSpeed(1))) Reflect.deleteProperty(process.env, name);
  });
}
