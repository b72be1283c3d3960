import { resolve } from "node:path";
import { readRecorded } from "../components/recorded-outputs";
import { runCommand } from "../plan/command";
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

runCommand({
  usage,
  readArguments,
  run: main,
  textOf: (report, { json }) => (json ? jsonOf(report) : textOf(report, Math.max(80, process.stdout.columns || 120))),
  exitCodeOf: () => 0,
});
