import { resolve } from "node:path";
import { type PlanFailure, UsageError, asFailure } from "../plan/failure";
import { type Options, readArguments, usage } from "./arguments";
import { filesChecks } from "./checks/files";
import { type Report, jsonOf, textOf } from "./render";
import { readConfiguration, readRecord, useConfiguration } from "./stack";
import { type Subject, subjectOf } from "./subject";
import { type Check, type Row, exitCodeOf, runChecks } from "./verdict";

/* The command that verifies a stack on its cloud. */
const root = resolve(__dirname, "..");

/** Seconds after which a check could not see. All run at the same time. */
const seconds = 90;

async function main(options: Options): Promise<Report> {
  const started = Date.now();
  const [record, configuration] = await Promise.all([readRecord(root, options), readConfiguration(root, options)]);
  useConfiguration(configuration);
  const subject = subjectOf(record);
  const rows = await verify(subject, options);
  return { stack: options.stack, subject: subject.name, rows, seconds: (Date.now() - started) / 1000 };
}

async function verify(subject: Subject, { url }: Options): Promise<Row[]> {
  const checks = [...(await cloudChecks(subject, url)), ...filesChecks(subject, url, process.env.VERIFY_TOKEN)];
  return runChecks(checks, seconds);
}

/** Each cloud's clients are loaded only for a stack that is on it. */
async function cloudChecks(subject: Subject, url: string | undefined): Promise<Check[]> {
  const { checksOf } = subject.cloud === "aws" ? await import("./checks/aws") : await import("./checks/alicloud");
  return checksOf(subject, url);
}

function print(report: Report, { json }: Options): void {
  const width = Math.min(160, Math.max(80, process.stdout.columns || 120));
  end(exitCodeOf(report.rows), json ? jsonOf(report) : textOf(report, width), "");
}

/** Ends the process once everything is written: a request that is late would keep it alive. */
function end(code: number, output: string, errors: string): void {
  process.stderr.write(errors, () => process.stdout.write(output, () => process.exit(code)));
}

function failed({ message }: PlanFailure): void {
  end(1, "", `${message}\n`);
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) end(0, usage, "");
  else
    main(options).then(
      (report) => {
        print(report, options);
      },
      (error: unknown) => {
        failed(asFailure(error));
      },
    );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  end(2, "", `${error.message}\n\n${usage}`);
}
