import { columns } from "../plan/render/tables";
import type { Result, Row } from "./verdict";

const words: Readonly<Record<Result, string>> = { pass: "pass", fail: "FAIL", unseen: "could not see" };

/** The number of the JSON's schema: it changes whenever a reader of the one before would misread it. */
export const schema = 1;

/** What was verified, and what was found. */
export interface Report {
  readonly stack: string;
  /** The service's name; for the prerequisites of an account the cloud's. */
  readonly subject: string;
  readonly rows: readonly Row[];
  readonly seconds: number;
}

/** The report as a table. */
export function textOf({ stack, subject, rows, seconds }: Report, width: number): string {
  const lines = rows.flatMap(({ check, result, saw, remedy }) => [
    [check, words[result], saw],
    ...(remedy === undefined ? [] : [["", "", `→ ${remedy}`]]),
  ]);
  return `${subject} (stack ${stack})\n\n${columns(lines, width)}\n\n${summaryOf(rows)}, in ${seconds.toFixed(1)} s\n`;
}

/** The report as JSON. */
export function jsonOf({ stack, subject, rows, seconds }: Report): string {
  const count = (result: Result) => rows.filter((row) => row.result === result).length;
  const counts = { pass: count("pass"), fail: count("fail"), unseen: count("unseen") };
  return `${JSON.stringify({ schema, stack, subject, seconds, counts, checks: rows }, undefined, 2)}\n`;
}

function summaryOf(rows: readonly Row[]): string {
  const count = (result: Result) => rows.filter((row) => row.result === result).length;
  return `${count("pass")} passed, ${count("fail")} failed, ${count("unseen")} could not see`;
}
