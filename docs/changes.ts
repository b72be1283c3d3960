import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import type { Feature } from "../components/clouds/cloud";
import type { Change, Effect } from "../components/stack-file/change-kinds";
import { effectsOf } from "../components/stack-file/changes";
import { refusalAlternatives } from "../components/stack-file/refusals";
import { cloudNames } from "../components/stack-file/schema";
import { cloudNames as displayNames } from "../plan/words";
import { clouds, computes } from "../tests/support/clouds";
import { type ChangedField, changedFields } from "./changed-fields";

/** Writes docs/changes.md: what each change of the stack file does to a running service, on each platform. */

/** Where the table is. */
export const changesFile = join(__dirname, "changes.md");

const platforms = cloudNames.flatMap((cloud) => computes.map((compute) => ({ cloud, compute })));

/** The fields that are a feature which not every platform offers. */
const featureOf: Readonly<Record<string, Feature>> = {
  command: "command",
  secrets: "secrets",
  "files.share": "shared file system",
  "files.share.path": "shared file system",
  "releases[].command": "command",
  "releases[].secrets": "secrets",
};

const words: Readonly<Record<Effect["kind"], string>> = {
  inPlace: "in place",
  newRelease: "**new release**",
  replaces: "**replaces**",
  refused: "**refused**",
};

const changeWords: Readonly<Record<Change, string>> = {
  changed: "changed",
  on: "set",
  off: "left out",
  added: "entry added",
  removed: "entry removed",
};

const introduction = `# What a change does to a running service

<!-- Written by \`npm run docs\` from components/stack-file/changes.ts; change it there. -->

Each change of the stack file has one or more of these effects while a release serves:

| Effect | Meaning |
|---|---|
| ${words.inPlace} | safe on a running release: no instance is replaced, no request is lost |
| ${words.newRelease} | a release with its own target group, gate and share of the traffic is created beside the one that serves; the old one is drained and deleted after its traffic has moved |
| ${words.replaces} | something outside a release is replaced or removed; the note names it and the consequence |
| ${words.refused} | nothing is registered. Two alternatives: ${refusalAlternatives} |

\`npm run -s plan -- --against main\` shows the effects of your change with the names of the resources. Before the first
release of a stack has passed its gate, everything may change. "–" means that the platform does not have the field.
`;

/** The document as it should be. */
export function renderChanges(): string {
  const notes: string[] = [];
  const rows = changedFields().flatMap((field) => rowsOf(field, notes));
  const head = ["Field", "Change", ...platforms.map(({ cloud, compute }) => `${displayNames[cloud]}, ${compute}`)];
  const table = markdownTable([head, ...rows], { alignDelimiters: false });
  const list = notes.map((note, index) => `${String(index + 1)}. ${note}.`).join("\n");
  return `${introduction}\n## The changes\n\n${table}\n\n## Notes\n\n${list}\n`;
}

/** One row per change; changes of a field with the same effects share one. */
function rowsOf({ path, changes }: ChangedField, notes: string[]): string[][] {
  const rows = new Map<string, Change[]>();
  for (const change of changes) {
    const cells = JSON.stringify(platforms.map((platform) => cellOf(path, change, platform, notes)));
    rows.set(cells, [...(rows.get(cells) ?? []), change]);
  }
  return [...rows].map(([cells, alike]) => [
    `\`${path}\``,
    alike.length === changes.length && !changes.includes("added")
      ? "any"
      : alike.map((change) => changeWords[change]).join(", "),
    ...(JSON.parse(cells) as string[]),
  ]);
}

function cellOf(path: string, change: Change, platform: (typeof platforms)[number], notes: string[]): string {
  const feature = featureOf[path];
  const { cloud, compute } = platform;
  if (feature !== undefined && !clouds[cloud].make().platforms[compute].capabilities[feature].offered) return "–";
  const otherCloud = cloudNames.find((name) => name !== cloud && path.startsWith(`${name}:`));
  if (otherCloud !== undefined) return "–";
  const effects = effectsOf(path, change, platform);
  if (effects === undefined) throw new Error(`components/stack-file/changes.ts lacks ${path}: ${change}`);
  return effects.map((effect) => `${words[effect.kind]}${mark(noteOn(effect), notes)}`).join(", ");
}

/** The number of a note, which is added to the list if it is new. */
function mark(note: string | undefined, notes: string[]): string {
  if (note === undefined) return "";
  if (!notes.includes(note)) notes.push(note);
  return ` (${String(notes.indexOf(note) + 1)})`;
}

function noteOn(effect: Effect): string | undefined {
  switch (effect.kind) {
    case "inPlace":
      return effect.deletesWhenLowered === undefined
        ? effect.note && capital(effect.note)
        : `A lower value deletes ${effect.deletesWhenLowered}`;
    case "newRelease":
      return effect.note && capital(effect.note);
    case "replaces":
      return `Replaces or removes ${effect.what}: ${effect.consequence}${effect.note === undefined ? "" : `; ${effect.note}`}`;
    case "refused":
      return `Would ${effect.because}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The document as it is. */
export function writtenChanges(): string {
  return readFileSync(changesFile, "utf8");
}

if (require.main === module) writeFileSync(changesFile, renderChanges());
