import { columns } from "../plan/render/tables";
import type { AlarmState } from "../components/clouds/rollout-metrics.remote";
import { type ReleaseRow, healthText } from "./split";

/** The number of the JSON's schema: it changes whenever a reader of the one before would misread it. */
export const schema = 1;

/** The releases of a stack. */
export interface Report {
  readonly stack: string;
  readonly service: string;
  readonly releases: readonly ReleaseRow[];
  /** Why the stack file describes no release; null where it does, and where it was not read: only `status` does. */
  readonly fileProblem: string | null;
  /** The alarms that the last update's `rollout.watch` names. */
  readonly alarms: readonly NamedAlarm[];
}

/** An alarm in the cloud. */
export interface NamedAlarm {
  readonly name: string;
  /** `unknown` without data. */
  readonly state: AlarmState | "missing";
}

/** An edit of a stack file. */
export interface EditReport {
  readonly stack: string;
  /** The stack file's path from the project's folder. */
  readonly file: string;
  /** What the edit does, in a few words. */
  readonly purpose: string;
  /** What has changed in the file, as git shows it. */
  readonly diff: string;
  /** The exit status of `pulumi up`; null where it was not asked for. */
  readonly upStatus: number | null;
}

/** The releases as a table. */
export function textOf({ stack, service, releases, fileProblem, alarms }: Report, width: number): string {
  const percent = (weight: number | null) => (weight === null ? "–" : `${weight} %`);
  const instances = ({ healthy, others }: ReleaseRow) =>
    healthy === null ? "–" : healthText({ healthy, others: others ?? 0 });
  const since = ({ passedAt, revision }: ReleaseRow) =>
    passedAt === null ? "not recorded" : `${passedAt}${revision === null ? "" : ` (${revision.slice(0, 12)})`}`;
  const isRead = fileProblem !== null || releases.some(({ written }) => written !== null);
  const ofFile = <Cell>(cell: Cell) => (isRead ? [cell] : []);
  const lines = releases.map((row) => [
    row.id,
    row.version ?? "–",
    percent(row.weight),
    percent(row.recorded),
    ...ofFile(percent(row.written)),
    instances(row),
    since(row),
  ]);
  const head = ["release", "version", "traffic", "recorded", ...ofFile("stack file"), "instances", "first traffic"];
  const notes = [
    ...(fileProblem === null ? [] : [`the stack file describes no release: ${fileProblem}`]),
    ...(alarms.length === 0 ? [] : [`alarms: ${alarms.map(({ name, state }) => `${name} ${state}`).join(", ")}`]),
  ];
  const text = `${service} (stack ${stack})\n\n${columns([head, ...lines], width)}\n`;
  return notes.length === 0 ? text : `${text}\n${notes.join("\n")}\n`;
}

/** What to do after an edit, with its diff where that was not printed before an update. */
export function editTextOf({ stack, file, purpose, diff, upStatus }: EditReport): string {
  const commit = `Commit it: git commit --message "${stack}: ${purpose}" -- ${file}`;
  if (upStatus === null) return `${diff}\n${commit}\nThen run pulumi up --stack ${stack}\n`;
  return upStatus === 0
    ? `\n${commit}\n`
    : `\npulumi up ended with ${upStatus}. ${file} stays as it was edited: run it again, or take the edit back with git checkout -- ${file}\n`;
}

/** The releases or an edit as JSON. */
export function jsonOf(report: Report | EditReport): string {
  return `${JSON.stringify({ schema, ...report }, undefined, 2)}\n`;
}
