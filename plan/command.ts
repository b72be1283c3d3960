import { UsageError, asFailure } from "./failure";

/** A command that prints one report. */
export interface ReportCommand<Options, Report> {
  readonly usage: string;
  /** Reads the command line; undefined for `--help`. Throws a UsageError. */
  readonly readArguments: (args: readonly string[]) => Options | undefined;
  readonly run: (options: Options) => Promise<Report>;
  readonly textOf: (report: Report, options: Options) => string;
  readonly exitCodeOf: (report: Report) => number;
}

/**
 * Runs a command with this process's arguments. Exit status: the report's own, 1 for a failure, 2 for invalid options.
 */
export function runCommand<Options, Report>(command: ReportCommand<Options, Report>): void {
  const { usage, readArguments, run, textOf, exitCodeOf } = command;
  try {
    const options = readArguments(process.argv.slice(2));
    if (options === undefined) end(0, usage, "");
    else
      run(options).then(
        (report) => {
          end(exitCodeOf(report), textOf(report, options), "");
        },
        (error: unknown) => {
          end(error instanceof UsageError ? 2 : 1, "", `${asFailure(error).message}\n`);
        },
      );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    end(2, "", `${error.message}\n\n${usage}`);
  }
}

/** Ends the process once everything is written: a request that is late would keep it alive. */
function end(code: number, output: string, errors: string): void {
  process.stderr.write(errors, () => process.stdout.write(output, () => process.exit(code)));
}
