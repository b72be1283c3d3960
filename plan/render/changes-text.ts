import { imageInWords } from "../derive/bake";
import {
  type ChangedResource,
  type Changes,
  type Named,
  type ReleaseChange,
  type ServiceChange,
  nothingChanges,
} from "../derive/changes";
import type { Plan, Update } from "../contract";
import { type Change, changeInWords } from "../derive/differences";
import { headline } from "./headline";
import { roles } from "../derive/roles";
import { columns } from "./tables";
import { updateText } from "./text";
import { updateFor } from "../derive/update";
import { many, sentenceList } from "./words";

/** Up to so many resources are told by name, more by role. */
const fewNames = 4;
/** Up to so many kinds of change are told. */
const enough = 8;

/** What changes, for a terminal. */
export function changesText(changes: Changes, plan: Plan, width: number): string[] {
  const from = refInWords(changes);
  if (nothingChanges(changes))
    return [...plan.services.map((service) => headline(service, plan.stack)), "", `No change against ${from}.`, ""];
  return [
    ...plan.services.map((service) => headline(service, plan.stack)),
    "",
    `What changes against ${from}:`,
    columns(
      [...changes.services.flatMap(serviceRows), ...resourceRows(changes)].map((row) => [...row]),
      width,
    ),
    "",
    ...updateRows(changes, plan, width),
    ...(changes.notes.length > 0
      ? [
          columns(
            changes.notes.map((note) => ["!", note]),
            width,
          ),
          "",
        ]
      : []),
  ];
}

/** What was compared with: "main (1a2b3c4)". */
export function refInWords({ against, commit }: Changes, ref = against): string {
  const short = commit.slice(0, 7);
  return commit.startsWith(against) ? short : `${ref} (${short})`;
}

/** What becomes of a service in topics and lines; nothing for one that stays. */
export function serviceRows(service: ServiceChange): (readonly [string, string])[] {
  if (service.fate === "stays") return [];
  const whole =
    service.fate === "comes"
      ? [["service", `${service.name} comes`] as const]
      : service.fate === "goes"
        ? [["service", `${service.name} goes`] as const]
        : [];
  const moves = service.releases.some(
    ({ fate, weightBefore, weightAfter }) => fate !== "stays" || weightBefore !== weightAfter,
  );
  const releases = (moves ? service.releases : []).flatMap((release) => [
    ["release", releaseInWords(release)] as const,
    ...release.differs.map((change) => ["", `  ${changeInWords(change)}`] as const),
  ]);
  const image = service.image ? [["image", imageInWords(service.image)] as const] : [];
  return [
    ...whole,
    ...releases,
    ...image,
    ...service.inPlace.map((change, index) => [index === 0 ? "in place" : "", changeInWords(change)] as const),
  ];
}

function releaseInWords({ id, fate, weightBefore, weightAfter, differs }: ReleaseChange): string {
  if (fate === "goes") return `${id} goes, with ${weightBefore} % of the traffic`;
  if (fate === "comes") return `${id} comes, with ${weightAfter} % of the traffic${differs.length > 0 ? ":" : ""}`;
  return `${id} stays, with ${weightBefore === weightAfter ? `${weightAfter} %` : `${weightBefore} % → ${weightAfter} %`} of the traffic`;
}

/** What becomes of the resources, in counts and the first names. */
function resourceRows({ created, deleted, changed }: Changes): (readonly [string, string])[] {
  const groups = groupsOf(changed);
  return [
    ...(created.length > 0 ? [["created", namesOf(created)] as const] : []),
    ...(deleted.length > 0 ? [["deleted", namesOf(deleted)] as const] : []),
    ...groups.slice(0, enough).map((group, index) => [index === 0 ? "changed" : "", groupInWords(group)] as const),
    ...(groups.length > enough ? [["", `and ${groups.length - enough} more (--format json has all)`] as const] : []),
  ];
}

function namesOf(resources: readonly Named[]): string {
  const byRole = roles
    .map((role) => ({ role, count: resources.filter((resource) => resource.role === role).length }))
    .filter(({ count }) => count > 0);
  const told =
    resources.length <= fewNames
      ? resources.map(({ name, type }) => `${name} (${shortType(type)})`)
      : byRole.map(({ role, count }) => `${role} ${count}`);
  return `${many(resources.length, "resource")}: ${told.join(", ")}`;
}

/** A type's last word: `aws:ecs/service:Service` is Service. */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** Resources that change in the same way. */
interface Group {
  readonly resources: readonly ChangedResource[];
  readonly changes: readonly Change[];
}

/** Puts resources together that change in the same way: a new tag is on nearly all of them. */
export function groupsOf(changed: readonly ChangedResource[]): Group[] {
  const groups = new Map<string, ChangedResource[]>();
  for (const resource of changed) {
    const key = JSON.stringify([resource.changes, resource.replacedFor]);
    groups.set(key, [...(groups.get(key) ?? []), resource]);
  }
  return [...groups.values()].map((resources) => ({ resources, changes: resources[0]?.changes ?? [] }));
}

function groupInWords({ resources, changes }: Group): string {
  const who =
    resources.length > 3
      ? many(resources.length, "resource")
      : sentenceList(resources.map(({ name, type }) => `${name} (${shortType(type)})`));
  const replaced = resources[0]?.replacedFor ?? [];
  return `${who}: ${changes.map(changeInWords).join("; ")}${replaced.length > 0 ? `; made anew because of ${sentenceList(replaced)}` : ""}`;
}

/** What the update does for each service that has releases to move, in order. */
export function updatesOf({ services }: Changes, plan: Plan): { readonly name: string; readonly update: Update }[] {
  return plan.services.flatMap(({ name, update }) => {
    const change = services.find((service) => service.name === name);
    const part = updateFor(update, change?.releases ?? [], change?.image);
    return part.steps.length > 0 ? [{ name, update: part }] : [];
  });
}

function updateRows(changes: Changes, plan: Plan, width: number): string[] {
  const updates = updatesOf(changes, plan);
  if (updates.length === 0) return ["No release comes or goes.", ""];
  return updates.flatMap(({ name, update }) => [
    updateText(update, width, `What the update of ${name} does, in order:`),
    "",
  ]);
}
