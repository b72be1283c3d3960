"use strict";
// Preloaded by `fasterClock` into every Node process of an engine run: in the one of the dynamic providers time flies, so
// that a wait of minutes runs out in seconds. Only Date.now is turned; timers, and with them how often is asked, stay.
// The published engine names the provider among the arguments, others among those of Node itself.
if ([...process.argv, ...process.execArgv].some((argument) => argument.includes("dynamic-provider"))) {
  const now = Date.now.bind(Date);
  const start = now();
  Date.now = () => start + (now() - start) * Number(process.env.TEST_CLOCK_SPEED);
}
