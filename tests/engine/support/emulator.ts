/** ministack as a child process: the AWS emulator of the engine tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, killFamily, pause, startCommand, type RunningCommand } from "./processes";
import type { EmulatorTool } from "./toolchain";

/** The account that owns everything in the tests. */
export const account = "123456789012";

/** The region of the tests. */
export const region = "us-east-1";

/** Where a call is made. */
interface Place {
  account: string;
  region: string;
}

/** One emulator, empty at each start. */
export class Emulator {
  private port = 0;
  private running: RunningCommand | undefined;
  private folder = "";

  constructor(readonly tool: EmulatorTool) {}

  /** The address that it listens on. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it with `extra` environment variables and resolves once it answers. */
  async start(extra: NodeJS.ProcessEnv = {}): Promise<void> {
    this.port = await freePort();
    this.folder = mkdtempSync(join(tmpdir(), "ministack-"));
    const env = {
      ...process.env,
      GATEWAY_PORT: String(this.port),
      BIND_HOST: "127.0.0.1",
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      TMPDIR: this.folder,
      // Nothing is persisted: each start is empty.
      S3_PERSIST: "0",
      // These would listen on fixed ports, which a second emulator on this machine could not bind.
      SFTP_ENABLED: "0",
      IOT_MTLS_ENABLED: "0",
      ...extra,
    };
    const running = startCommand(this.tool.python, ["-m", "ministack"], { cwd: this.folder, env });
    this.running = running;
    const died = running.ended.then(({ stderr }) =>
      Promise.reject(new Error(`ministack ended: ${stderr.slice(-2000)}`)),
    );
    died.catch(() => undefined);
    await Promise.race([this.waitUntilReady(), died]);
  }

  /** Stops it and deletes its data. */
  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    if (running?.child.pid) {
      // SIGTERM first, on which it removes the containers that it has started.
      running.child.kill("SIGTERM");
      const ended = await Promise.race([running.ended.then(() => true), pause(15_000).then(() => false)]);
      if (!ended) killFamily(running.child.pid);
    }
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * One call past the gateway, so unrecorded, in the query protocol (EC2, load balancers, Auto Scaling, IAM). Returns
   * XML.
   */
  async query(
    service: string,
    version: string,
    action: string,
    parameters: Record<string, string> = {},
  ): Promise<string> {
    return this.call(service, new URLSearchParams({ Action: action, Version: version, ...parameters }).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
  }

  /**
   * The same in the JSON protocol (ECS, logs); `target` is the X-Amz-Target header. By default in the account of the
   * tests.
   */
  async json(service: string, target: string, body: object, place: Partial<Place> = {}): Promise<unknown> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return JSON.parse(await this.call(service, JSON.stringify(body), headers, "/", place)) as unknown;
  }

  /** A plain GET (S3's list of buckets, EFS). */
  async get(service: string, path: string): Promise<string> {
    return this.call(service, undefined, {}, path);
  }

  private async call(
    service: string,
    body: string | undefined,
    headers: Record<string, string>,
    path = "/",
    place: Partial<Place> = {},
  ): Promise<string> {
    // The emulator checks no signature, but uses the signature's scope to find the service, and an account's id as an
    // access key.
    const scope = `${place.account ?? "test"}/20260101/${place.region ?? region}`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(this.url + path, {
      method: body === undefined ? "GET" : "POST",
      body,
      headers: { ...headers, authorization },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text}`);
    return text;
  }

  private async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + 180_000;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(50);
    }
    throw new Error("ministack did not answer within 60 s");
  }
}
