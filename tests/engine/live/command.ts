/** What the commands of the full runs share: arguments, a line per row, and the exit status. */
import { messageOf } from "../../../components/error-message";
import { type Part, readPart, usageOf } from "./part";
import type { Results, RowResult } from "./results";

/** Prints a row's result in one line. */
function logRow({ row, ok, seconds, detail }: RowResult): void {
  console.log(`${ok ? "passed" : "FAILED"}  ${row}  (${seconds} s)  ${detail}`);
}

/** Writes and prints a row's result, with the seconds since `started`, in milliseconds since 1970. */
export function recordRow(results: Results, started: number, { row, ok, detail }: Omit<RowResult, "seconds">): void {
  const result = { row, ok, detail, seconds: Math.round((Date.now() - started) / 1000) };
  results.add(result);
  logRow(result);
}

/** An error with its stack, in one string. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs a command to its end and sets the exit status. */
export async function finish(command: string, what: string, run: (part: Part) => Promise<boolean>): Promise<void> {
  let part: Part | undefined;
  try {
    part = readPart(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usageOf(command, what)}`);
    process.exitCode = 2;
    return;
  }
  if (part === undefined) {
    console.log(usageOf(command, what));
    return;
  }
  try {
    process.exitCode = (await run(part)) ? 0 : 1;
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
