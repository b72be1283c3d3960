/** The lookup of an image in a registry, against a registry that replies as each test says. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { create, read } from "../../../components/baking/registry-image.remote";
import { fastClock } from "../../support/clock";

type Reply = readonly [status: number, body?: string, challenge?: string];

const manifest = '{"schemaVersion":2}';
const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
const basic = (login: string) => `Basic ${Buffer.from(login).toString("base64")}`;

describe("the lookup of an image in a registry", () => {
  fastClock(10);
  const folder = mkdtempSync(join(tmpdir(), "registry-image-"));
  const environment = { DOCKER_CONFIG: process.env.DOCKER_CONFIG, PATH: process.env.PATH };
  const requests: IncomingMessage[] = [];
  let server: Server;
  let host = "";
  let reply: (request: IncomingMessage, count: number) => Reply;

  before(async () => {
    process.env.DOCKER_CONFIG = folder;
    server = createServer((request, response) => {
      requests.push(request);
      const [status, body = "", challenge] = reply(request, requests.length);
      response.writeHead(status, challenge === undefined ? {} : { "WWW-Authenticate": challenge }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests.length = 0;
    login({});
  });
  after(() => {
    Object.assign(process.env, environment);
    if (environment.DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const login = (configuration: object) => {
    writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
  };
  const inputs = () => ({ repository: `${host}/team/books`, tag: "abc" });
  const lookUp = async () => (await create(inputs())).outs.digest;
  const authorizations = () => requests.map(({ headers }) => headers.authorization);

  it("returns the digest of the manifest, and an empty one where there is no image", async () => {
    reply = () => [200, manifest];
    assert.equal(await lookUp(), digest);
    const { url, headers } = requests[0] ?? assert.fail("no request");
    assert.equal(url, "/v2/team/books/manifests/abc");
    assert.match(String(headers.accept), /oci\.image\.index.*docker\.distribution\.manifest\.v2/);
    reply = () => [404];
    assert.equal(await lookUp(), "");
  });

  it("uses the login that docker login wrote", async () => {
    reply = () => [200, manifest];
    login({ auths: { [host]: { auth: Buffer.from("user:password").toString("base64") } } });
    await lookUp();
    assert.deepEqual(authorizations(), [basic("user:password")]);
  });

  it("uses the login that a credential helper has, and does without where it has none", async () => {
    const helper = join(folder, "docker-credential-test");
    process.env.PATH = [folder, environment.PATH].join(delimiter);
    login({ credHelpers: { [host]: "test" } });
    reply = () => [200, manifest];
    for (const script of [`cat > /dev/null; echo '{"Username":"AWS","Secret":"token"}'`, "exit 1"]) {
      writeFileSync(helper, `#!/bin/sh\n${script}\n`);
      chmodSync(helper, 0o755);
      await lookUp();
    }
    assert.deepEqual(authorizations(), [basic("AWS:token"), undefined]);
  });

  it("fetches a token where the registry asks for one", async () => {
    login({ auths: { [host]: { auth: Buffer.from("user:password").toString("base64") } } });
    const challenge = `Bearer realm="http://${host}/token",service="registry"`;
    reply = ({ url = "", headers }) => {
      if (url.startsWith("/token")) return [200, '{"token":"t1"}'];
      return headers.authorization === "Bearer t1" ? [200, manifest] : [401, "", challenge];
    };
    assert.equal(await lookUp(), digest);
    assert.deepEqual(authorizations(), [basic("user:password"), basic("user:password"), "Bearer t1"]);
    assert.equal(requests[1]?.url, "/token?service=registry&scope=repository%3Ateam%2Fbooks%3Apull");
  });

  it("fails without a login, and says how to log in and that nothing was changed", async () => {
    reply = () => [401];
    await assert.rejects(
      lookUp(),
      new RegExp(
        `registry ${host} answered 401 .*: ${host}/team/books:abc is neither built nor pushed, and nothing was changed\\. Log in on this machine: docker login ${host}`,
      ),
    );
  });

  it("repeats a request that failed in the registry, six requests in all", async () => {
    reply = (_request, count) => (count < 3 ? [503] : [200, manifest]);
    assert.equal(await lookUp(), digest);
    requests.length = 0;
    reply = () => [503];
    await assert.rejects(lookUp(), /answered 503 .*Try again\.$/);
    assert.equal(requests.length, 6);
  });

  it("fails where nothing listens", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await assert.rejects(
      create({ repository: `127.0.0.1:${port}/books`, tag: "abc" }),
      /registry 127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*\): .* Try again once this machine can reach it\.$/,
    );
  });

  it("drops an image from the state that it cannot look up on a refresh", async () => {
    reply = () => [200, manifest];
    assert.deepEqual(await read("id", inputs()), { id: "id", props: { ...inputs(), digest } });
    reply = () => [401];
    assert.deepEqual(await read("id", inputs()), {});
  });
});
