/**
 * The rows that one part of a full run has: a run is split so that each part ends in time, and parts may run on several
 * machines.
 */
import { parseArgs } from "node:util";

/** What a command's arguments ask for. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Only rows whose names contain all of these texts. */
  readonly only: readonly string[];
  /** Only rows from this place on, from 0. */
  readonly from: number;
}

/** The help text of a command. */
export function usageOf(command: string, what: string): string {
  return `Runs ${what}. Rows that have passed with the same files are skipped.

Usage: npm run ${command} -- [options]

  --part <n>/<m>  the n-th of m parts; default 1/1
  --only <text>   only rows whose names contain the text; given more than once: all of the texts
  --from <n>      only rows from place n on, from 0 (of an update's calls: from call n); default 0
  --help          show this text

Results: .test-results/, one line per row. Exit status: 0 if every row passed, 1 otherwise, 2 for invalid options.
`;
}

/** Reads a command line; undefined for --help. Throws an Error for invalid options. */
export function readPart(args: readonly string[]): Part | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: "string", default: "1/1" },
      only: { type: "string", multiple: true, default: [] },
      from: { type: "string", default: "0" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(values.part) ?? [];
  const part = { number: Number(number), of: Number(of), only: values.only, from: Number(values.from) };
  if (!(part.number >= 1 && part.number <= part.of))
    throw new Error(`--part must be n/m with 1 ≤ n ≤ m, got ${values.part}`);
  if (!(Number.isInteger(part.from) && part.from >= 0))
    throw new Error(`--from must be a whole number from 0 on, got ${values.from}`);
  return part;
}

/** Whether a part has a row, by the row's place among all. */
export function hasRow({ number, of, only, from }: Part, row: string, index: number): boolean {
  return index % of === number - 1 && index >= from && only.every((text) => row.includes(text));
}
