import type { Changes, ChangedResource, NamedResource } from "../contract";
import { isRefused, nothingChanges } from "../derive/changes";
import { many, shortType } from "../words";
import {
  type ChangeLine,
  cautionsOf,
  changeLines,
  consequenceInWords,
  consequenceTopics,
  groupsOf,
  refInWords,
  withoutSteps,
} from "./change-lines";
import { alert, codeBlock, escaped, folded, table } from "./tables";

export { updatesOf as changesUpdates } from "./change-lines";

/** What changes, for a pull request's comment: first what a reviewer has to know, then the rest as a difference. */
export function changesMarkdown(changes: Changes): string[] {
  const from = refInWords(changes, `\`${changes.against}\``);
  const notes = alert("NOTE", changes.notes.map(escaped));
  if (nothingChanges(changes)) return [`**No change** against ${from}.`, notes];
  const { created, deleted, changed, replaced } = changes;
  const without = withoutSteps(changes);
  const lines = changes.services.flatMap(changeLines);
  return [
    alert("CAUTION", cautionsOf(changes).map(cautionLine)),
    `**What ${isRefused(changes) ? "would change" : "changes"}** against ${from}:${without === undefined ? "" : ` ${without}`}`,
    lines.length > 0 ? codeBlock("diff", lines.map(diffLine)) : "",
    notes,
    folded(
      `${many(created.length, "resource")} created, ${deleted.length} deleted, ${changed.length} updated, ${replaced.length} replaced`,
      resourceTable(changes),
    ),
  ];
}

function cautionLine(consequence: Changes["consequences"][number]): string {
  return `**${consequenceTopics[consequence.kind]}**: ${escaped(consequenceInWords(consequence))}`;
}

/** GitHub shows lines that begin with + in green, with - in red, with ! in orange. */
const diffMarks: Readonly<Record<ChangeLine["mark"], string>> = { "+": "+", "-": "-", "~": "!", " ": " " };

function diffLine({ mark, topic, text }: ChangeLine): string {
  return `${diffMarks[mark]} ${[topic, text].filter((part) => part !== "").join(": ")}`;
}

function resourceTable({ created, deleted, changed, replaced }: Changes): string {
  const single = (change: string, resources: readonly NamedResource[]) =>
    resources.map(({ name, type }) => [change, name, shortType(type)]);
  const grouped = (change: string, resources: readonly ChangedResource[]) =>
    groupsOf(resources).map((group) => [
      change,
      group.resources.map(({ name, type }) => `${name} (${shortType(type)})`).join("\n"),
      escaped(group.lines.join("\n")),
    ]);
  return table(
    ["change", "resource", "detail"],
    [
      ...grouped("replaced", replaced),
      ...single("created", created),
      ...single("deleted", deleted),
      ...grouped("updated", changed),
    ],
  );
}
