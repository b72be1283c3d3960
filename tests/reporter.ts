import Mocha from "mocha";
import type { Numbers } from "./run";

/** Mocha's usual reporter, which at its end also tells the numbers to the process that has started mocha. */
class Telling extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      process.send?.({ passed, failed, skipped } satisfies Numbers);
    });
  }
}

// Mocha takes nothing else.
export = Telling;
