/** Runs `npm run verify` on a stack of the tests, as its command line does. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type CommandResult, startCommand } from "./processes";
import { repository } from "./toolchain";
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
export async function verify({ run }: ServiceStack, args: readonly string[]): Promise<VerifyReport & CommandResult> {
  const command = [
    "--import",
    "tsx",
    "verify/main.ts",
    "--json",
    "--stack",
    "test",
    "--config-file",
    run.file,
    ...args,
  ];
  const env = { ...run.env, VERIFY_TOKEN: fileToken };
  const result = await startCommand(process.execPath, command, { cwd: repository, env }).ended;
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
export class ReleaseServer {
  /** Whether the app's role may write files. */
  mayWrite = true;
  private readonly server: Server;

  constructor(answering: Answering) {
    this.server = createServer((request, response) => {
      void respond(request, answering, this.mayWrite).then(({ status, body }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      );
    });
  }

  /** Its URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function respond(
  { url, method, headers }: IncomingMessage,
  answering: Answering,
  mayWrite: boolean,
): Promise<{ status: number; body: unknown }> {
  const release = await answering(headers["x-release"] as string | undefined);
  if (release === undefined) return { status: 503, body: "no release is live" };
  if (url === "/verify/files" && method === "POST") {
    if (headers.authorization !== `Bearer ${fileToken}`) return { status: 401, body: { error: "wrong token" } };
    return mayWrite
      ? { status: 200, body: { written: ["bucket"], logged: true } }
      : { status: 502, body: { error: "AccessDenied" } };
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
