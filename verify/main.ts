import { resolve } from "node:path";
import { stackName } from "../plan/arguments";
import { runCommand } from "../plan/command";
import { UsageError } from "../plan/failure";
import { type Options, readArguments, usage } from "./arguments";
import { disrupt, replaceSeconds } from "./checks/disruption";
import { askApp, filesChecks } from "./checks/files";
import { wishesOf } from "./checks/prerequisites";
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
  const reportOf = (subject: string, rows: readonly Row[]): Report => {
    return { stack: options.stack, subject, rows, seconds: (Date.now() - started) / 1000 };
  };
  if (options.prerequisites) {
    const configuration = await readConfiguration(root, options);
    useConfiguration(configuration);
    const wishes = wishesOf(configuration);
    const { prerequisitesOf } = await checksFor(wishes.cloud);
    return reportOf(`the account on ${wishes.cloud}`, await runChecks(prerequisitesOf(wishes), seconds));
  }
  const [record, configuration] = await Promise.all([readRecord(root, options), readConfiguration(root, options)]);
  useConfiguration(configuration);
  const subject = subjectOf(record);
  const rows = await verify(subject, options);
  return reportOf(subject.name, rows);
}

/** Each cloud's clients are loaded only for a stack that is on it. */
function checksFor(cloud: Subject["cloud"]) {
  return cloud === "aws" ? import("./checks/aws") : import("./checks/alicloud");
}

async function verify(subject: Subject, { stack, url, disrupt: name }: Options): Promise<Row[]> {
  if (name !== undefined && ![stack, stackName(stack), subject.name].includes(name))
    throw new UsageError(
      `--disrupt must be the name of the stack, "${stackName(stack)}", or of its service, "${subject.name}", ` +
        `got "${name}": nothing was disrupted`,
    );
  const cloud = await checksFor(subject.cloud);
  const answer = askApp(subject, url, process.env.VERIFY_TOKEN);
  const checks = [...cloud.checksOf(subject, url, answer), ...filesChecks(subject, answer)];
  const rows = await runChecks(checks, seconds);
  if (name === undefined) return rows;
  const disruption: Check = {
    name: "a lost instance is replaced",
    run: () => disrupt(subject, url, cloud.disruptorOf(subject)),
  };
  return [...rows, ...(await runChecks([disruption], replaceSeconds + 60))];
}

runCommand({
  usage,
  readArguments,
  run: main,
  textOf: (report, { json }) =>
    json ? jsonOf(report) : textOf(report, Math.min(160, Math.max(80, process.stdout.columns || 120))),
  exitCodeOf: ({ rows }) => exitCodeOf(rows),
});
