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
  /** Only rows whose names contain this text; undefined: all. */
  readonly only: string | undefined;
}

/** The help text of a command. */
export function usageOf(command: string, what: string): string {
  return `Runs ${what}. Rows that have passed with the same files are skipped.

Usage: npm run ${command} -- [options]

  --part <n>/<m>  the n-th of m parts; default 1/1
  --only <text>   only rows whose names contain the text
  --help          show this text

Results: .test-results/, one line per row. Exit status: 0 if every row passed, 1 otherwise, 2 for invalid options.
`;
}

/** Reads a command line; undefined for --help. Throws an Error for invalid options. */
export function readPart(args: readonly string[]): Part | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { part: { type: "string", default: "1/1" }, only: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return undefined;
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(values.part) ?? [];
  const part = { number: Number(number), of: Number(of), only: values.only };
  if (!(part.number >= 1 && part.number <= part.of))
    throw new Error(`--part must be n/m with 1 ≤ n ≤ m, got ${values.part}`);
  return part;
}

/** Whether a part has a row, by the row's place among all. */
export function hasRow({ number, of, only }: Part, row: string, index: number): boolean {
  return index % of === number - 1 && (only === undefined || row.includes(only));
}
