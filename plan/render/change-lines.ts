import type { ChangeKind } from "../../components/stack-file/change-kinds";
import type {
  ChangedResource,
  Changes,
  Difference,
  ImageChange,
  ReleaseChange,
  ServiceChange,
  SettingChange,
  Update,
} from "../contract";
import { isRefused } from "../derive/changes";
import { movesTraffic } from "../derive/update";
import { differenceInWords, sentenceList } from "../words";

/** One line of what changes in a service: its mark, its topic and its text. */
export interface ChangeLine {
  /** Added, removed, changed, or neither. */
  readonly mark: "+" | "-" | "~" | " ";
  /** The topic of the first line of several. */
  readonly topic: string;
  readonly text: string;
}

/** The number of resources that change, in few characters: "+3 ~2 -1, 28 replaced, refused". */
export function countsInWords(changes: Changes): string {
  const { created, changed, deleted, replaced } = changes;
  return [
    `+${created.length} ~${changed.length} -${deleted.length}`,
    ...(replaced.length > 0 ? [`${replaced.length} replaced`] : []),
    ...(isRefused(changes) ? ["refused"] : []),
  ].join(", ");
}

/** The commit of the plan before: "main (1a2b3c4)". */
export function refInWords({ against, commit }: Changes, ref = against): string {
  const short = commit.slice(0, 7);
  return commit.startsWith(against) ? short : `${ref} (${short})`;
}

/** The names of a consequence's kinds. */
export const consequenceTopics: Readonly<Record<Changes["consequences"][number]["kind"], string>> = {
  refused: "refused",
  removed: "removed",
  downtime: "downtime",
  address: "address changes",
  dataDeleted: "data deleted",
  replaced: "replaced",
  dataKept: "data kept",
};

/** What to print first. Where the update is refused, none of the other consequences happens. */
export function cautionsOf(changes: Changes): Changes["consequences"] {
  return changes.consequences.filter(({ kind }) => !isRefused(changes) || kind === "refused");
}

/** List at most this many resources of a consequence by name. */
const maxNames = 6;

/** A consequence in one sentence, with its field and the first names. */
export function consequenceInWords({ path, resources, sentence }: Changes["consequences"][number]): string {
  const more = resources.length - maxNames;
  const names = more > 1 ? [...resources.slice(0, maxNames), `${more} more`] : resources;
  return `${path === undefined ? "" : `${path}: `}${sentence}${names.length === 0 ? "" : `: ${sentenceList(names)}`}`;
}

/** What changes in a service; nothing for an unchanged one. */
export function changeLines(service: ServiceChange): ChangeLine[] {
  if (service.change === "unchanged") return [];
  const releases = movesTraffic(service.releases) ? service.releases : [];
  return [
    ...(service.change === "added" ? [line("+", "new", `service ${service.name}`)] : []),
    ...(service.change === "removed" ? [line("-", "removed", `service ${service.name}`)] : []),
    ...releases.flatMap(releaseLines),
    ...(service.image ? [line("~", "image", imageInWords(service.image))] : []),
    ...settingLines(service.settings),
  ];
}

function line(mark: ChangeLine["mark"], topic: string, text: string): ChangeLine {
  return { mark, topic, text };
}

function releaseLines({ id, change, weightBefore, weightAfter, differences }: ReleaseChange): ChangeLine[] {
  switch (change) {
    case "removed":
      return [line("-", "removed", `release ${id} (had ${weightBefore} % of traffic)`)];
    case "kept":
      return [line("~", "kept", `release ${id} (had ${weightBefore} % of traffic, stays without)`)];
    case "added":
      return [
        line("+", "new", `release ${id} (gets ${weightAfter} % of traffic)${differences.length > 0 ? ":" : ""}`),
        ...differences.map((difference) => line("+", "", `  ${differenceInWords(difference)}`)),
      ];
    case "unchanged":
      return weightBefore === weightAfter
        ? [line(" ", "unchanged", `release ${id} (keeps ${weightAfter} % of traffic)`)]
        : [line("~", "traffic", `release ${id}: ${weightBefore} % → ${weightAfter} %`)];
  }
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

type Topic = ChangeKind | "unknown";
const topics: Readonly<Record<Topic, string>> = {
  refused: "refused",
  replaces: "replaces",
  newRelease: "new release",
  inPlace: "in place",
  unknown: "changed",
};

/** The settings by the gravest kind of their change. Only what is safe in place is listed as in place. */
function settingLines(settings: readonly SettingChange[]): ChangeLine[] {
  return (Object.keys(topics) as Topic[]).flatMap((topic) =>
    settings
      .filter((setting) => topicOf(setting) === topic)
      .map((setting, index) => line("~", index === 0 ? topics[topic] : "", settingInWords(setting))),
  );
}

function topicOf({ effects }: SettingChange): Topic {
  const kinds = effects.map(({ kind }) => kind);
  return (["refused", "replaces", "newRelease", "inPlace"] as const).find((kind) => kinds.includes(kind)) ?? "unknown";
}

function settingInWords(setting: SettingChange): string {
  const notes = setting.effects.flatMap((effect) =>
    "note" in effect && effect.note !== undefined ? [effect.note] : [],
  );
  return `${differenceInWords(setting)}${notes.length === 0 ? "" : ` (${[...new Set(notes)].join("; ")})`}`;
}

/** Resources that change in the same way. */
export interface Group {
  readonly resources: readonly ChangedResource[];
  /** How: the differences, and what they follow from. */
  readonly lines: readonly string[];
}

/** Groups resources that change in the same way: a new tag is on nearly all of them. */
export function groupsOf(changed: readonly ChangedResource[]): Group[] {
  const groups = new Map<string, Group>();
  for (const resource of changed) {
    const lines = changeInWords(resource);
    const key = JSON.stringify(lines);
    groups.set(key, { lines, resources: [...(groups.get(key)?.resources ?? []), resource] });
  }
  return [...groups.values()];
}

function changeInWords({ differences, replacedFor, follows }: ChangedResource): string[] {
  return [
    ...differences.map(differenceInWords),
    ...(follows.length > 0 ? [`follows ${sentenceList(follows)}`] : []),
    ...(replacedFor.length > 0 ? [`replaced because of ${sentenceList(replacedFor)}`] : []),
  ];
}

/** Whether no service and no release is added or removed. */
export function sameReleases({ services }: Changes): boolean {
  return services.every(
    ({ change, releases }) =>
      change !== "added" && change !== "removed" && releases.every((release) => release.change === "unchanged"),
  );
}

/** The update of each service that bakes an image or moves traffic; none where it is refused. */
export function updatesOf(changes: Changes): { readonly name: string; readonly update: Update }[] {
  if (isRefused(changes)) return [];
  return changes.services.flatMap(({ name, update }) =>
    update === undefined || update.steps.length === 0 ? [] : [{ name, update }],
  );
}

/** What an update does if it is refused, or changes no release; nothing where it has steps. */
export function withoutSteps(changes: Changes): string | undefined {
  if (isRefused(changes)) return "pulumi up refuses this change while a release serves: nothing is changed.";
  return sameReleases(changes) ? "No release is added or removed." : undefined;
}
