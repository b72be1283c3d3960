/** Runs `npm run verify` on a stack of the tests, as its command line does. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { LoopbackServer } from "./loopback-server";
import type { CommandResult } from "./processes";
import { runProgram } from "./program";
import type { ServiceStack } from "./world";

/** A row of the report. */
export interface VerifiedRow {
  check: string;
  result: "pass" | "fail" | "unseen";
  saw: string;
  remedy?: string;
}

/** The report as JSON. */
export interface VerifyReport {
  schema: number;
  seconds: number;
  checks: VerifiedRow[];
}

/** The token of the path that writes a file. */
export const fileToken = "a-token-of-the-tests";

/** One run's report and exit code. Without `--outputs` and `--state` the engine prints what it knows of the stack. */
export async function verify(stack: ServiceStack, args: readonly string[]): Promise<VerifyReport & CommandResult> {
  const result = await runProgram(stack, ["verify/main.ts", ...args], { VERIFY_TOKEN: fileToken });
  assert.ok(
    result.stdout.startsWith("{"),
    `no report (exit code ${result.exitCode}): ${result.stderr}${result.stdout}`,
  );
  return { ...(JSON.parse(result.stdout) as VerifyReport), ...result };
}

/** The checks with a result, by their names. */
export function named({ checks }: VerifyReport, result: VerifiedRow["result"]): string[] {
  return checks.filter((row) => row.result === result).map(({ check }) => check);
}

/** The row of a check. */
export function row({ checks }: VerifyReport, name: string): VerifiedRow {
  return (
    checks.find(({ check }) => check === name) ??
    assert.fail(`no row ${name} among ${checks.map((one) => one.check).join(", ")}`)
  );
}

/** Which release answers a request by its `X-Release` header; undefined: none, which is a 503. */
export type Answering = (header: string | undefined) => Promise<string | undefined> | string | undefined;

/** An address at which releases answer as the example app does. */
export class ReleaseServer extends LoopbackServer {
  /** Whether the app's role may write files. */
  mayWrite = true;
  /** Whether the app says that its requests are in the log. */
  logs = true;

  constructor(private readonly answering: Answering) {
    super();
  }

  protected respond(request: IncomingMessage, response: ServerResponse): void {
    void answer(request, this.answering, this).then(({ status, body }) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
    );
  }
}

async function answer(
  { url, method, headers }: IncomingMessage,
  answering: Answering,
  { mayWrite, logs: logged }: Pick<ReleaseServer, "mayWrite" | "logs">,
): Promise<{ status: number; body: unknown }> {
  const release = await answering(headers["x-release"] as string | undefined);
  if (release === undefined) return { status: 503, body: "no release is live" };
  if (url === "/verify/files" && method === "POST") {
    if (headers.authorization !== `Bearer ${fileToken}`) return { status: 401, body: { error: "wrong token" } };
    return mayWrite
      ? { status: 200, body: { written: ["bucket", "share"], logged } }
      : { status: 502, body: { error: "AccessDenied", logged } };
  }
  return { status: 200, body: { release } };
}

/** Writes the outputs and the state into files, and returns the options that name them. */
export async function recordOf({ run }: ServiceStack): Promise<string[]> {
  const [outputs, state] = await Promise.all([run.outputs(), run.exportState()]);
  return Object.entries({ outputs, state }).flatMap(([name, value]) => {
    const file = join(run.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(value));
    return [`--${name}`, file];
  });
}
