import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type Inputs } from "../../../components/gate.remote";
import { fastClock } from "../../support/clock";

// Generous, because a busy machine takes its time; the tests of what is late set their own.
const inputs: Omit<Inputs, "url"> = {
  path: "/healthz",
  header: "1-4-2-9f3ab1-0f3c9a11",
  release: "1-4-2-9f3ab1",
  answers: 3,
  within: 100,
  timeout: 10,
  group: "group-1",
};

/** A response: a status, or a status and a body. */
type Response = number | readonly [number, string];

describe("the gate", () => {
  const servers: Server[] = [];
  const requests: IncomingMessage[] = [];
  fastClock(10);

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    requests.length = 0;
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  /** Sends one response after the other, and then the last one again. */
  function responding(responses: readonly Response[]): RequestListener {
    let sent = 0;
    return (request, response) => {
      requests.push(request);
      const next = responses[Math.min(sent++, responses.length - 1)] ?? 500;
      const [status, body] = typeof next === "number" ? [next, ""] : next;
      response.writeHead(status).end(body);
    };
  }

  const http = async (...responses: Response[]) =>
    `http://127.0.0.1:${String(await listen(createServer(responding(responses))))}`;
  const check = (url: string, more: Partial<Inputs> = {}) => create({ ...inputs, url, ...more });

  it("passes after the required number of successful responses in a row, and names the release in its header", async () => {
    const { id } = await check(await http(200, 204, 299));
    assert.equal(id, "1-4-2-9f3ab1");
    assert.equal(requests.length, 3);
    assert.ok(
      requests.every(({ url, headers }) => url === "/healthz" && headers["x-release"] === "1-4-2-9f3ab1-0f3c9a11"),
    );
  });

  it("requests the right path when the URL ends with a slash", async () => {
    await check(`${await http(200)}/`, { answers: 1 });
    assert.equal(requests[0]?.url, "/healthz");
  });

  it("starts counting again after a failure", async () => {
    await check(await http(200, 503, 200, 200), { answers: 2 });
    assert.equal(requests.length, 4);
  });

  it("does not count a redirect as a success", async () => {
    await assert.rejects(check(await http(302), { within: 2 }), /last failure: status 302/);
  });

  it("fails within its time, with the status and the body of the last failure, and what to do", async () => {
    const url = await http([500, "database is away"]);
    const start = Date.now();
    await assert.rejects(check(url, { within: 3 }), (error: Error) => {
      assert.match(
        error.message,
        /release 1-4-2-9f3ab1 did not pass its gate: it needs 3 successful responses in a row within 3 s/,
      );
      assert.match(error.message, /[123] requests were sent; last failure: status 500 "database is away"/);
      assert.match(error.message, /The traffic split was not changed\. The next update runs the gate again/);
      return true;
    });
    assert.ok(Date.now() - start < 1000, `took ${Date.now() - start} ms`);
  });

  it("fails when the last responses were successful, but too few", async () => {
    await assert.rejects(check(await http(500, 200), { within: 3 }), /last failure: status 500/);
  });

  it("says when no response failed, but there were too few", async () => {
    await assert.rejects(
      check(await http(200), { answers: 9, within: 2 }),
      /last failure: none, but there were too few responses/,
    );
  });

  it("fails when nothing listens", async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => {
      servers.pop()?.close(resolve);
    });
    await assert.rejects(check(`http://127.0.0.1:${port}`, { within: 2 }), /ECONNREFUSED/);
  });

  it("fails when the name is unknown", async () => {
    await assert.rejects(check("http://nowhere.invalid", { within: 2 }), /nowhere\.invalid/);
  });

  it("sends its requests through the environment's proxy, except to what NO_PROXY names", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { http_proxy: await http(200), no_proxy: "127.0.0.1" });
    try {
      await check("http://web.example", { answers: 1 });
      await check(await http(200), { answers: 1 });
    } finally {
      process.env = before;
    }
    assert.deepEqual(
      requests.map(({ url }) => url),
      ["http://web.example/healthz", "/healthz"],
    );
  });

  it("counts a late response as a failure", async () => {
    const port = await listen(createServer(() => undefined));
    await assert.rejects(
      check(`http://127.0.0.1:${port}`, { within: 3, timeout: 0.15 }),
      /no complete response within 0\.15 s/,
    );
  });

  it("counts a response that never ends as a failure, within its time", async () => {
    const port = await listen(
      createServer((_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write("."), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      }),
    );
    const start = Date.now();
    await assert.rejects(
      check(`http://127.0.0.1:${port}`, { within: 3, timeout: 0.15 }),
      /no complete response within 0\.15 s/,
    );
    assert.ok(Date.now() - start < 1000);
  });

  it("passes over https, whatever name the certificate has", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gate-"));
    try {
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
          "-subj",
          "/CN=books.example.com",
          "-keyout",
          key,
          "-out",
          cert,
        ],
        { stdio: "ignore" },
      );
      const port = await listen(
        createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, responding([200])),
      );
      await check(`https://127.0.0.1:${port}`, { answers: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
