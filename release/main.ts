import { resolve } from "node:path";
import { readRecorded, servingBefore } from "../components/recorded-outputs";
import { runCommand } from "../plan/command";
import { PlanFailure } from "../plan/failure";
import { readConfiguration, readRecord, useConfiguration } from "../verify/stack";
import { type Subject, subjectOf } from "../verify/subject";
import { type Action, type EditAction, type Options, isEdit, readArguments, usage } from "./arguments";
import { backEdit } from "./edit/back";
import { renewEdit } from "./edit/renew";
import { type FileEdit, type Place, releasesIn } from "./edit/stack-file";
import { weightsEdit } from "./edit/weights";
import { pulumiUp, write } from "./edit/written";
import { endRollout } from "./end";
import { type EditReport, type NamedAlarm, type Report, editTextOf, jsonOf, textOf } from "./render";
import { type LiveShare, type LiveSplit, type WrittenRelease, rowsOf } from "./split";
import { watchSplit } from "./watch";

/* The command for a stack's releases. */
const root = resolve(__dirname, "..");

type CloudAction = Exclude<Action, EditAction>;

function main(options: Options): Promise<Report | EditReport> {
  const { action } = options;
  return isEdit(action) ? edit(options, action) : ofCloud(options, action);
}

/** What the cloud has, after a rollout was ended or watched. */
async function ofCloud({ stack, configFile }: Options, action: CloudAction): Promise<Report> {
  const source = { stack, configFile, outputs: undefined, state: undefined };
  const [record, configuration] = await Promise.all([readRecord(root, source), readConfiguration(root, source)]);
  useConfiguration(configuration);
  const subject = subjectOf(record);
  // Each cloud's clients are loaded only for a stack that is on it.
  const { liveSplitOf } = await (subject.cloud === "aws" ? import("./aws") : import("./alicloud"));
  const split = liveSplitOf(subject);
  const live = await afterAction(action, split, subject);
  const { ledger = { entries: [] } } = readRecorded(record.outputs);
  const place = { root, stack, configFile };
  // Planning takes seconds, and how a rollout has ended does not depend on the file.
  const [file, alarms] = await Promise.all([action === "status" ? writtenIn(place) : unread, alarmsOf(split, subject)]);
  return {
    stack,
    service: subject.name,
    releases: rowsOf(live, subject, ledger, file.releases),
    fileProblem: file.problem,
    alarms,
  };
}

/** What a stack file describes, or why it describes nothing. */
interface Written {
  readonly releases: readonly WrittenRelease[];
  readonly problem: string | null;
}

const unread: Written = { releases: [], problem: null };

async function writtenIn(place: Place): Promise<Written> {
  try {
    return { releases: await releasesIn(place), problem: null };
  } catch (error) {
    if (!(error instanceof PlanFailure)) throw error;
    return { releases: [], problem: error.message };
  }
}

/** The alarms that a rollout watches. */
async function alarmsOf(split: LiveSplit, { spec }: Subject): Promise<readonly NamedAlarm[]> {
  const names = spec.rollout?.watch.alarms ?? [];
  if (names.length === 0) return [];
  const states = await split.alarms(names);
  return names.map((name) => ({ name, state: states.get(name) ?? "missing" }));
}

/** The split once the action is done. */
async function afterAction(action: CloudAction, split: LiveSplit, subject: Subject): Promise<readonly LiveShare[]> {
  if (action === "status") return split.read();
  if (action === "watch") return watchSplit(split, subject, (line) => process.stdout.write(`${line}\n`));
  return endRollout(split, action, subject);
}

/** Edits the stack file, and brings it to the cloud where that is asked for. */
async function edit(options: Options, action: EditAction): Promise<EditReport> {
  const { stack, configFile, json, up, yes } = options;
  const place = { root, stack, configFile };
  const edit = await edits[action](place, options);
  const diff = await write(place, edit);
  const report = { stack, file: edit.file, purpose: edit.purpose, diff };
  if (!up) return { ...report, upStatus: null };
  if (!json) process.stdout.write(`${diff}\n`);
  return { ...report, upStatus: await pulumiUp(place, { yes, output: json ? 2 : "inherit" }) };
}

const edits: Readonly<Record<EditAction, (place: Place, options: Options) => Promise<FileEdit>>> = {
  back: (place, { release }) => toRelease(place, release),
  weights: (place, { shares = new Map<string, number>() }) => weightsEdit(place, shares),
  renew: (place) => renewEdit(place),
};

async function toRelease(place: Place, release: string | undefined): Promise<FileEdit> {
  const { outputs } = await readRecord(root, { ...place, outputs: undefined, state: undefined });
  const { deployed, ledger = { entries: [] } } = readRecorded(outputs);
  return backEdit(
    place,
    release,
    ledger,
    servingBefore(deployed).map(({ id }) => id),
  );
}

runCommand({
  usage,
  readArguments,
  run: main,
  textOf: (report, { json }) => {
    if (json) return jsonOf(report);
    return "file" in report ? editTextOf(report) : textOf(report, Math.max(80, process.stdout.columns || 120));
  },
  exitCodeOf: (report) => ("file" in report && report.upStatus !== null && report.upStatus !== 0 ? 1 : 0),
});
