import Mocha from "mocha";
import type { Numbers } from "./run";

/** Mocha's usual reporter, which at its end also sends the counts to the process that started mocha. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      process.send?.({ passed, failed, skipped } satisfies Numbers);
    });
  }
}

// Mocha takes nothing else.
export = CountingReporter;
