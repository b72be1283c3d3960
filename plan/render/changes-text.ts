import type { Changes, NamedResource, Plan } from "../contract";
import { isRefused, nothingChanges } from "../derive/changes";
import { countRoles } from "../derive/roles";
import { headline, many, sentenceList, shortType } from "../words";
import {
  type Group,
  cautionsOf,
  changeLines,
  consequenceInWords,
  consequenceTopics,
  countsInWords,
  groupsOf,
  refInWords,
  updatesOf,
  withoutSteps,
} from "./change-lines";
import { columns } from "./tables";
import { updateText } from "./update-text";

/** List at most this many resources by name; beyond that, count by role. */
const maxNames = 4;
/** List at most this many kinds of change. */
const maxGroups = 8;

/** What changes, for a terminal. */
export function changesText(changes: Changes, plan: Plan, width: number): string[] {
  const from = refInWords(changes);
  const headlines = plan.services.map((service) => headline(service, plan.stack));
  const updates = updateRows(changes, width);
  if (nothingChanges(changes)) return [...headlines, "", `No change against ${from}.`, "", ...updates];
  const notes = changes.notes.map((note) => ["!", note]);
  const without = withoutSteps(changes);
  return [
    `Changes against ${from}: ${countsInWords(changes)}`,
    ...headlines,
    "",
    ...cautions(changes, width),
    isRefused(changes) ? "What would change:" : "What changes:",
    columns(
      [...changes.services.flatMap(changeLines).map(({ topic, text }) => [topic, text]), ...resourceRows(changes)],
      width,
    ),
    "",
    ...updates,
    ...(without === undefined ? [] : [without, ""]),
    ...(notes.length > 0 ? [columns(notes, width), ""] : []),
  ];
}

/** What a reviewer has to know first. */
function cautions(changes: Changes, width: number): string[] {
  const consequences = cautionsOf(changes);
  if (consequences.length === 0) return [];
  const rows = consequences.map((consequence, index) => [
    consequences[index - 1]?.kind === consequence.kind ? "" : consequenceTopics[consequence.kind],
    consequenceInWords(consequence),
  ]);
  return ["CAUTION:", columns(rows, width), ""];
}

/** What changes in the resources: counts and the first names. */
function resourceRows({ created, deleted, changed, replaced }: Changes): string[][] {
  const named = (topic: string, resources: readonly NamedResource[]) =>
    resources.length > 0 ? [[topic, namesOf(resources)]] : [];
  const groups = groupsOf(changed);
  return [
    ...named("created", created),
    ...named("deleted", deleted),
    ...named("replaced", replaced),
    ...groups.slice(0, maxGroups).map((group, index) => [index === 0 ? "updated" : "", groupInWords(group)]),
    ...(groups.length > maxGroups ? [["", `and ${groups.length - maxGroups} more (--format json has all)`]] : []),
  ];
}

function namesOf(resources: readonly NamedResource[]): string {
  const names =
    resources.length <= maxNames
      ? resources.map(({ name, type }) => `${name} (${shortType(type)})`)
      : countRoles(resources).map(({ role, count }) => `${role} ${count}`);
  return `${many(resources.length, "resource")}: ${names.join(", ")}`;
}

function groupInWords({ resources, lines }: Group): string {
  const names =
    resources.length > 3
      ? many(resources.length, "resource")
      : sentenceList(resources.map(({ name, type }) => `${name} (${shortType(type)})`));
  return `${names}: ${lines.join("; ")}`;
}

function updateRows(changes: Changes, width: number): string[] {
  return updatesOf(changes).flatMap(({ name, update }) => [
    updateText(update, width, `Steps of this update of ${name}, with the maximum time of each:`),
    "",
  ]);
}
