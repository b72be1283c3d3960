import { resolve } from "node:path";
import { readRecorded } from "../components/recorded-outputs";
import { UsageError, asFailure } from "../plan/failure";
import { readConfiguration, readRecord, useConfiguration } from "../verify/stack";
import { subjectOf } from "../verify/subject";
import { type Options, readArguments, usage } from "./arguments";
import { endRollout } from "./end";
import { type Report, jsonOf, textOf } from "./render";
import { rowsOf } from "./split";

/* The command for a stack's releases. */
const root = resolve(__dirname, "..");

async function main({ action, stack, configFile }: Options): Promise<Report> {
  const source = { stack, configFile, outputs: undefined, state: undefined };
  const [record, configuration] = await Promise.all([readRecord(root, source), readConfiguration(root, source)]);
  useConfiguration(configuration);
  const subject = subjectOf(record);
  // Each cloud's clients are loaded only for a stack that is on it.
  const { liveSplitOf } = await (subject.cloud === "aws" ? import("./aws") : import("./alicloud"));
  const split = liveSplitOf(subject);
  const live = action === "status" ? await split.read() : await endRollout(split, action, subject);
  const { ledger = { entries: [] } } = readRecorded(record.outputs);
  return { stack, service: subject.name, releases: rowsOf(live, subject, ledger) };
}

/** Ends the process once everything is written: a request that is late would keep it alive. */
function end(code: number, output: string, errors: string): void {
  process.stderr.write(errors, () => process.stdout.write(output, () => process.exit(code)));
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) end(0, usage, "");
  else
    main(options).then(
      (report) => {
        end(0, options.json ? jsonOf(report) : textOf(report, Math.max(80, process.stdout.columns || 120)), "");
      },
      (error: unknown) => {
        end(error instanceof UsageError ? 2 : 1, "", `${asFailure(error).message}\n`);
      },
    );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  end(2, "", `${error.message}\n\n${usage}`);
}
