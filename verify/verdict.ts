/** What a check found: what it wants, the contrary, or that it could not see. */
export type Result = "pass" | "fail" | "unseen";

/** The judgement of one check. */
export interface Verdict {
  readonly result: Result;
  /** What it saw, or why it could not see. */
  readonly saw: string;
  /** What to do about it; absent where nothing is to be done. */
  readonly remedy?: string;
}

/** The judgement of a check, with the check's name: a row of the table. */
export interface Row extends Verdict {
  readonly check: string;
}

/** A check: what it is called, and what makes its requests and judges. */
export interface Check {
  readonly name: string;
  /** Rejects where a request fails, which counts as not seen. */
  readonly run: () => Promise<Verdict>;
}

/** The verdict of a check that found what it wants. */
export function passed(saw: string): Verdict {
  return { result: "pass", saw };
}

/** The verdict of a check that found the contrary. */
export function failed(saw: string, remedy: string): Verdict {
  return { result: "fail", saw, remedy };
}

/** The verdict of a check that could not see. */
export function unseen(saw: string, remedy?: string): Verdict {
  return { result: "unseen", saw, ...(remedy === undefined ? {} : { remedy }) };
}

/**
 * The exit status of these rows: 1 if one failed, else 3 if one could not see, else 0. Without any row nothing was
 * seen.
 */
export function exitCodeOf(rows: readonly Row[]): number {
  if (rows.some(({ result }) => result === "fail")) return 1;
  return rows.length === 0 || rows.some(({ result }) => result === "unseen") ? 3 : 0;
}

/**
 * Runs checks at the same time. One that has not ended within so many seconds, or whose requests fail, could not see.
 */
export async function runChecks(checks: readonly Check[], seconds: number): Promise<Row[]> {
  const deadline = Date.now() + seconds * 1000;
  return Promise.all(
    checks.map(async ({ name, run }): Promise<Row> => {
      const verdict = await Promise.race([attempt(run), late(deadline, seconds)]);
      return { check: name, ...verdict };
    }),
  );
}

async function attempt(run: Check["run"]): Promise<Verdict> {
  try {
    return await run();
  } catch (error) {
    return unseen(reasonOf(error), "allow the request, or look in the console");
  }
}

function late(deadline: number, seconds: number): Promise<Verdict> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(unseen(`no answer within ${seconds} s`, "run the command again"));
    }, deadline - Date.now()).unref();
  });
}

/** The first line of an error, with its name where it has one of its own. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ""] = error.message.split("\n");
  return error.name === "Error" || line.includes(error.name) ? line : `${error.name}: ${line}`;
}
