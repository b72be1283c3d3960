/** The image that fetches secrets on ECI, and the entrypoint that puts them into variables: their programs, run here. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findDocker, findPython, needs } from "../engine/support/toolchain";
import { docker } from "../engine/traffic/process";
import { findDebian, images, importDebian } from "./support/materials";

const run = promisify(execFile);
const keys = { AccessKeyId: "STS.id", AccessKeySecret: "the secret key", SecurityToken: "a token/with+signs" };
const database = "acs:kms:cn-hangzhou:1234567890123456:secret/books/db";

describe("the program that fetches secrets on Alibaba Cloud's ECI", () => {
  let folder: string;
  let requests: URLSearchParams[];
  /** What the service of metadata answers to a request for a session token. */
  let tokenStatus: number;
  /** How often KMS refuses before it answers. */
  let refusals: number;
  const closing: (() => unknown)[] = [];
  let environment: Record<string, string>;
  before(function () {
    needs(this, findPython());
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "secrets-"));
    requests = [];
    tokenStatus = 200;
    refusals = 0;
    environment = {
      PATH: process.env.PATH ?? "",
      SECRETS_FOLDER: folder,
      SECRETS_REGION: "cn-hangzhou",
      SECRETS_ROLE: "shop-container-0a1b2c",
      SECRETS_METADATA: await serve(metadata),
      SECRETS_ENDPOINT: await serve(kms),
      SECRETS_WITHIN: "1",
      SECRET_DB: database,
    };
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    rmSync(folder, { recursive: true });
  });

  async function serve(answer: (request: IncomingMessage, body: string) => [number, string]): Promise<string> {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        const [status, text] = answer(request, body);
        response.writeHead(status).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata */
  function metadata({ method, url, headers }: IncomingMessage): [number, string] {
    if (method === "PUT" && url === "/latest/api/token")
      return headers["x-aliyun-ecs-metadata-token-ttl-seconds"] === undefined ? [400, ""] : [tokenStatus, "session"];
    if (tokenStatus === 200 && headers["x-aliyun-ecs-metadata-token"] !== "session") return [403, ""];
    return url === "/latest/meta-data/ram/security-credentials/shop-container-0a1b2c"
      ? [200, JSON.stringify({ ...keys, Code: "Success" })]
      : [404, ""];
  }

  function kms({ method }: IncomingMessage, body: string): [number, string] {
    const fields = new URLSearchParams(body);
    requests.push(fields);
    const signature = fields.get("Signature");
    fields.delete("Signature");
    const encode = (text: string) =>
      encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    const query = [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${encode(key)}=${encode(value)}`)
      .join("&");
    const signed = `${method ?? ""}&${encode("/")}&${encode(query)}`;
    const expected = createHmac("sha1", `${keys.AccessKeySecret}&`).update(signed).digest("base64");
    if (signature !== expected) return [400, JSON.stringify({ Code: "SignatureDoesNotMatch", Message: signed })];
    if (refusals-- > 0) return [403, JSON.stringify({ Code: "Forbidden.NoPermission", Message: "Not permitted." })];
    switch (fields.get("SecretName")) {
      case "books/db":
        return [200, JSON.stringify({ SecretData: 'swörd "fish" $x\n', SecretDataType: "text" })];
      case "books/key":
        return [
          200,
          JSON.stringify({ SecretData: Buffer.from([0, 255]).toString("base64"), SecretDataType: "binary" }),
        ];
      default:
        return [404, JSON.stringify({ Code: "Forbidden.ResourceNotFound", Message: "Resource not found." })];
    }
  }

  const fetchSecrets = (more: Record<string, string> = {}) =>
    run("python3", ["-IB", join(images, "container/secrets/fetch-secrets")], { env: { ...environment, ...more } });

  it("writes each value into a file that only the app's user can read, with the role's credentials", async () => {
    const { stdout, stderr } = await fetchSecrets({ SECRET_KEY: database.replace("/db", "/key") });
    assert.deepEqual(readdirSync(folder).sort(), ["DB", "KEY"]);
    assert.equal(readFileSync(join(folder, "DB"), "utf8"), 'swörd "fish" $x\n');
    assert.deepEqual([...readFileSync(join(folder, "KEY"))], [0, 255]);
    const { mode, uid } = statSync(join(folder, "DB"));
    assert.equal(mode & 0o777, 0o400);
    assert.equal(uid, process.getuid?.() === 0 ? 1000 : process.getuid?.());
    assert.equal(requests[0]?.get("SecurityToken"), keys.SecurityToken);
    assert.doesNotMatch(stdout + stderr, /swörd|secret key|token/);
  });

  it("gives the files to the user that the container runs as", async () => {
    await fetchSecrets({ SECRETS_USER: "1234" });
    assert.equal(statSync(join(folder, "DB")).uid, process.getuid?.() === 0 ? 1234 : process.getuid?.());
  });

  it("does without a session token where the metadata has none", async () => {
    tokenStatus = 404;
    await fetchSecrets();
    assert.deepEqual(readdirSync(folder), ["DB"]);
  });

  it("tries again while the role is not in force yet", async () => {
    refusals = 1;
    const { stderr } = await fetchSecrets({ SECRETS_WITHIN: "30" });
    assert.match(stderr, /no secrets yet: .*books\/db: Forbidden\.NoPermission: Not permitted\./);
    assert.deepEqual(readdirSync(folder), ["DB"]);
  }).timeout(20_000);

  it("fails with the reason and without a file where a secret cannot be read", async () => {
    await assert.rejects(fetchSecrets({ SECRET_DB: `${database}x` }), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /books\/dbx: Forbidden\.ResourceNotFound/);
      return true;
    });
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("the image that fetches secrets", () => {
  const os = "immutable-service-test/secrets-os:1";
  const image = "immutable-service-test/secrets:1";
  before(async function () {
    needs(this, findDocker());
    needs(this, findDebian());
    await importDebian(os);
    const args = [`OS=${os}`, "UPDATED=2026-11-22"].flatMap((value) => ["--build-arg", value]);
    await docker("build", "--quiet", "--tag", image, ...args, join(images, "container/secrets"));
  });
  after(async () => {
    for (const tag of [image, os]) await docker("image", "rm", tag).catch(() => "");
  });

  it("runs its program, which fails with the reason where the instance has no metadata", async () => {
    const variables = Object.entries({
      SECRETS_FOLDER: "/run/secrets",
      SECRETS_REGION: "cn-hangzhou",
      SECRETS_ROLE: "shop",
      SECRETS_METADATA: "http://127.0.0.1:1",
      SECRETS_WITHIN: "0",
      SECRET_DB: database,
    }).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    await assert.rejects(
      docker("run", "--rm", "--read-only", "--tmpfs", "/run/secrets", ...variables, image),
      /no secrets yet: .*refused/,
    );
  });
});

describe("the entrypoint of the recipe's container images", () => {
  const folder = mkdtempSync(join(tmpdir(), "entrypoint-"));
  const entrypoint = join(folder, "entrypoint");
  before(() => {
    // Nobody but root may write to /run.
    const text = readFileSync(join(images, "container/base/entrypoint"), "utf8");
    writeFileSync(entrypoint, text.replaceAll("/run/secrets/", `${folder}/`));
    writeFileSync(join(folder, "DB"), "two\nlines\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const start = (variables: Record<string, string>, ...command: string[]) =>
    run("bash", [entrypoint, ...command], { env: { PATH: process.env.PATH ?? "", ...variables } });

  it("puts the content of each secret's file into its variable, and leaves all others as they are", async () => {
    const { stdout } = await start(
      { DB_FILE: `${folder}/DB`, LOG_FILE: "/var/log/app", TEXT: `A_FILE=${folder}/DB` },
      "sh",
      "-c",
      'printf "%s|%s|%s|%s" "$DB" "${DB_FILE-none}" "$LOG_FILE" "${A-none}"',
    );
    assert.equal(stdout, "two\nlines\n|none|/var/log/app|none");
  });

  it("does not start the app without a secret", async () => {
    await assert.rejects(start({ DB_FILE: `${folder}/none` }, "echo", "started"), /none: No such file/);
  });

  it("becomes the app, which receives the signals", async () => {
    const { stdout } = await start({}, "sh", "-c", "echo $$ $PPID");
    assert.equal(Number(stdout.split(" ")[1]), process.pid);
  });
});
