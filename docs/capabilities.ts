import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { type Capability, features } from "../components/clouds/cloud";
import { cloudNames } from "../components/stack-file/schema";
import { cloudNames as displayNames } from "../plan/words";
import { clouds, computes } from "../tests/support/clouds";

/** Writes the README's table of what each platform supports, from the capability flags of every cloud. */

const readme = join(__dirname, "../README.md");
const begin = "<!-- capabilities: written by `npm run docs` -->";
const end = "<!-- /capabilities -->";

/** The platforms, in the order of the table's columns. */
const platforms = cloudNames.flatMap((cloud) => computes.map((compute) => ({ cloud, compute })));

/** The README as it is. */
export function writtenReadme(): string {
  return readFileSync(readme, "utf8");
}

/** The README with the table as it should be. Throws if the README has no place for it. */
export function renderReadme(): string {
  const text = writtenReadme();
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n${renderTable()}\n${text.slice(to)}`;
}

function renderTable(): string {
  const notes: string[] = [];
  const cell = (capability: Capability) => {
    if (capability.offered) return "yes";
    if (!notes.includes(capability.because)) notes.push(capability.because);
    return `no (${String(notes.indexOf(capability.because) + 1)})`;
  };
  const head = ["", ...platforms.map(({ cloud, compute }) => `${displayNames[cloud]}, ${compute}`)];
  const rows = features.map((feature) => [
    feature,
    ...platforms.map(({ cloud, compute }) => cell(clouds[cloud].make().platforms[compute].capabilities[feature])),
  ]);
  return [markdownTable([head, ...rows]), ...notes.map((because, index) => `(${String(index + 1)}) ${because}.`)].join(
    "\n\n",
  );
}

if (require.main === module) writeFileSync(readme, renderReadme());
