import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { type Capability, features } from "../components/clouds/cloud";
import { cloudNames } from "../components/stack-file/schema";
import { cloudNames as inWords } from "../plan/render/words";
import { clouds, computes } from "../tests/support/clouds";

/**
 * Writes README's table of what every cloud does on either compute: what a cloud may lack from its capability flags, and
 * what holds everywhere from the contract suite's own list of tests. With `--print` it only prints the table.
 */

const readme = join(__dirname, "../README.md");
const begin = "<!-- parity: written by `npm run docs` -->";
const end = "<!-- /parity -->";

/** The clouds and computes, in the order of the table's columns. */
const columns = cloudNames.flatMap((cloud) => computes.map((compute) => ({ cloud, compute })));

/** The table as it should be. */
function render(): string {
  const notes: string[] = [];
  const cell = (capability: Capability) => {
    if (capability.offered) return "yes";
    if (!notes.includes(capability.because)) notes.push(capability.because);
    return `no (${notes.indexOf(capability.because) + 1})`;
  };
  const mayLack = features.map((feature) =>
    row(
      feature,
      columns.map(({ cloud, compute }) => cell(clouds[cloud].make().capabilities[feature][compute])),
    ),
  );
  const listed = columns.map(({ cloud, compute }) => promisesOf(`${cloud}, ${compute}: an immutable service`));
  // Asking for a feature and being refused are told above by the flags.
  const holds = [...new Set(listed.flatMap((promises) => [...promises.keys()]))].map((promise) =>
    row(
      promise,
      listed.map((promises) => inCell(promises.get(promise))),
    ),
  );
  const head = [
    row(
      "",
      columns.map(({ cloud, compute }) => `${inWords[cloud] ?? cloud}, ${compute}`),
    ),
    `|---|${columns.map(() => "---|").join("")}`,
  ];
  return [
    begin,
    ...[...head, ...mayLack],
    "",
    ...notes.map((because, index) => `(${index + 1}) ${because}.`).flatMap((note) => [note, ""]),
    "What the same tests prove on each (a number is that of their cases):",
    "",
    ...[...head, ...holds],
    end,
  ].join("\n");
}

/** What the contract suite proves of one cloud and compute: each promise, and how many cases it has. */
function promisesOf(title: string): ReadonlyMap<string, number> {
  const suite = contract().suites.find((one) => one.title === title);
  if (suite === undefined) throw new Error(`the contract suite has no "${title}"`);
  const own = suite.tests
    .filter((test) => !/^(has what it asked for|says where and why there is none): /.test(test.title))
    .map((test): [string, number] => [test.title, 1]);
  return new Map([
    ...own,
    ...suite.suites.flatMap((inner): [string, number][] =>
      inner.tests.length > 5
        ? [[`${inner.title}: another one, or the same, as it should be`, inner.tests.length]]
        : inner.tests.map((test) => [`${inner.title} ${test.title}`, 1]),
    ),
  ]);
}

let loaded: Mocha.Suite | undefined;

/** The contract suite, loaded and not run. */
function contract(): Mocha.Suite {
  if (loaded) return loaded;
  loaded = new Listing(join(__dirname, "../tests/contract/contract.test.ts")).suite;
  return loaded;
}

/** A test file's suites, without a run. */
class Listing extends Mocha {
  constructor(file: string) {
    super();
    this.addFile(file);
    this.loadFiles();
  }
}

function inCell(cases: number | undefined): string {
  return cases === undefined ? "–" : cases === 1 ? "yes" : String(cases);
}

function row(first: string, cells: readonly string[]): string {
  return `| ${[first, ...cells].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** README with this table in its place. */
function withTable(text: string, table: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${begin} and ${end}`);
  return text.slice(0, from) + table + text.slice(to + end.length);
}

if (process.argv.includes("--print")) process.stdout.write(withTable(readFileSync(readme, "utf8"), render()));
else writeFileSync(readme, withTable(readFileSync(readme, "utf8"), render()));
