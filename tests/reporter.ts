import Mocha from "mocha";
import type { TestCounts } from "./run";

/** Mocha's default reporter, which also sends the counts to the process that started mocha (see run.ts). */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      process.send?.({ passed, failed, skipped } satisfies TestCounts);
    });
  }
}

// Mocha loads a reporter only from `module.exports`.
export = CountingReporter;
