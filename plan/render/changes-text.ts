import type {
  ChangedResource,
  Changes,
  Difference,
  ImageChange,
  NamedResource,
  Plan,
  ReleaseChange,
  ServiceChange,
  Update,
} from "../contract";
import { nothingChanges } from "../derive/changes";
import { countRoles } from "../derive/roles";
import { movesTraffic, updateFor } from "../derive/update";
import { differenceInWords, headline, many, sentenceList, shortType } from "../words";
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
  if (nothingChanges(changes)) return [...headlines, "", `No change against ${from}.`, ""];
  const notes = changes.notes.map((note) => ["!", note]);
  return [
    ...headlines,
    "",
    `What changes against ${from}:`,
    columns([...changes.services.flatMap(serviceRows), ...resourceRows(changes)], width),
    "",
    ...updateRows(changes, plan, width),
    ...(notes.length > 0 ? [columns(notes, width), ""] : []),
  ];
}

/** The commit of the plan before: "main (1a2b3c4)". */
export function refInWords({ against, commit }: Changes, ref = against): string {
  const short = commit.slice(0, 7);
  return commit.startsWith(against) ? short : `${ref} (${short})`;
}

/** What changes in a service, in topics and lines; nothing for an unchanged one. */
export function serviceRows(service: ServiceChange): string[][] {
  if (service.change === "unchanged") return [];
  const releases = movesTraffic(service.releases) ? service.releases : [];
  return [
    ...(service.change === "added" ? [["new", `service ${service.name}`]] : []),
    ...(service.change === "removed" ? [["removed", `service ${service.name}`]] : []),
    ...releases.flatMap((release) => [
      releaseInWords(release),
      ...release.differences.map((difference) => ["", `  ${differenceInWords(difference)}`]),
    ]),
    ...(service.image ? [["image", imageInWords(service.image)]] : []),
    ...service.inPlace.map((difference, index) => [index === 0 ? "in place" : "", differenceInWords(difference)]),
  ];
}

function releaseInWords({ id, change, weightBefore, weightAfter, differences }: ReleaseChange): string[] {
  if (change === "removed") return ["removed", `release ${id} (had ${weightBefore} % of traffic)`];
  if (change === "added")
    return ["new", `release ${id} (gets ${weightAfter} % of traffic)${differences.length > 0 ? ":" : ""}`];
  return weightBefore === weightAfter
    ? ["unchanged", `release ${id} (keeps ${weightAfter} % of traffic)`]
    : ["traffic", `release ${id}: ${weightBefore} % → ${weightAfter} %`];
}

function imageInWords({ change, recipeBefore, recipeAfter, differences, files }: ImageChange): string {
  if (change === "unchanged") return "same recipe, nothing to bake";
  if (change === "removed")
    return `no longer baked in this stack; the image of recipe ${recipeBefore} stays in the cloud`;
  if (change === "added") return `new recipe ${recipeAfter}: baked unless an image of this recipe exists`;
  const words = differences.map((difference) =>
    files.includes(difference.path) ? `${difference.path} ${fileInWords(difference)}` : differenceInWords(difference),
  );
  return `recipe changed: ${[...words, `${recipeBefore} → ${recipeAfter}`].join("; ")}`;
}

function fileInWords({ before, after }: Difference): string {
  return before === undefined ? "added" : after === undefined ? "removed" : "changed";
}

/** What changes in the resources: counts and the first names. */
function resourceRows({ created, deleted, changed }: Changes): string[][] {
  const groups = groupsOf(changed);
  return [
    ...(created.length > 0 ? [["created", namesOf(created)]] : []),
    ...(deleted.length > 0 ? [["deleted", namesOf(deleted)]] : []),
    ...groups.slice(0, maxGroups).map((group, index) => [index === 0 ? "changed" : "", groupInWords(group)]),
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

/** Resources that change in the same way. */
interface Group {
  readonly resources: readonly ChangedResource[];
  readonly differences: readonly Difference[];
}

/** Groups resources that change in the same way: a new tag is on nearly all of them. */
export function groupsOf(changed: readonly ChangedResource[]): Group[] {
  const groups = new Map<string, ChangedResource[]>();
  for (const resource of changed) {
    const key = JSON.stringify([resource.differences, resource.replacedFor]);
    groups.set(key, [...(groups.get(key) ?? []), resource]);
  }
  return [...groups.values()].map((resources) => ({ resources, differences: resources[0]?.differences ?? [] }));
}

function groupInWords({ resources, differences }: Group): string {
  const names =
    resources.length > 3
      ? many(resources.length, "resource")
      : sentenceList(resources.map(({ name, type }) => `${name} (${shortType(type)})`));
  const properties = resources[0]?.replacedFor ?? [];
  const replaced = properties.length > 0 ? `; replaced: ${sentenceList(properties)} changed` : "";
  return `${names}: ${differences.map(differenceInWords).join("; ")}${replaced}`;
}

/** The steps of the update of each service that bakes an image or moves traffic. */
export function updatesOf({ services }: Changes, plan: Plan): { readonly name: string; readonly update: Update }[] {
  return plan.services.flatMap(({ name, update }) => {
    const change = services.find((service) => service.name === name);
    const part = updateFor(update, change?.releases ?? [], change?.image);
    return part.steps.length > 0 ? [{ name, update: part }] : [];
  });
}

function updateRows(changes: Changes, plan: Plan, width: number): string[] {
  const updates = updatesOf(changes, plan);
  if (updates.length === 0) return ["No release is added or removed.", ""];
  return updates.flatMap(({ name, update }) => [
    updateText(update, width, `Steps of this update of ${name}, with the maximum time of each:`),
    "",
  ]);
}
