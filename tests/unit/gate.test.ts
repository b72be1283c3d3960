import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { Gate } from "../../components/gate";
import { run } from "../support/monitor";

interface Asked {
  readonly url: string;
  readonly path: string;
  readonly release: string;
  readonly answers: number;
  readonly within: number;
  readonly timeout: number;
  readonly group: string;
}
type Provider = Required<Pick<pulumi.dynamic.ResourceProvider<Asked, Asked>, "create" | "diff">>;

/** The gate's second is this many times shorter here; all that it reads of time is its clock and its pause. */
const faster = 10;

// Generous, because a busy machine takes its time; the tests of what is late set their own.
const asked = { path: "/healthz", release: "1-4-2-9f3ab1", answers: 3, within: 100, timeout: 10, group: "group-1" };

/** An answer: a status, and the text with it. */
type Answer = number | readonly [number, string];

describe("the gate", () => {
  let provider: Provider;
  const servers: Server[] = [];
  const requests: IncomingMessage[] = [];

  // Taken from what Pulumi keeps in the state and runs in another process, so that it is known to stand alone.
  before(async () => {
    const { resources } = await run(() => {
      new Gate("gate", { ...asked, url: "http://unused" });
    });
    const text = String(resources[0]?.inputs.__provider);
    const begun = Date.now();
    const clock = { now: () => begun + (Date.now() - begun) * faster };
    const pause = (then: () => void, milliseconds: number) => setTimeout(then, milliseconds / faster);
    const module: { handler?: () => Provider } = {};
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- what the provider's process does with it
    new Function("exports", "require", "Date", "setTimeout", text)(module, require, clock, pause);
    provider = module.handler?.() ?? assert.fail("Pulumi kept no provider");
  });

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

  /** Answers one after the other, the last one for ever. */
  function answering(answers: readonly Answer[]): RequestListener {
    let times = 0;
    return (request, response) => {
      requests.push(request);
      const answer = answers[Math.min(times++, answers.length - 1)] ?? 500;
      const [status, text] = typeof answer === "number" ? [answer, ""] : answer;
      response.writeHead(status).end(text);
    };
  }

  const http = async (...answers: Answer[]) => `http://127.0.0.1:${await listen(createServer(answering(answers)))}`;
  const ask = (url: string, more: Partial<Asked> = {}) => provider.create({ ...asked, url, ...more });

  it("passes after as many good answers in a row as are wanted, and asks for the release by its header", async () => {
    const passed = await ask(await http(200, 204, 299));
    assert.equal(passed.id, "1-4-2-9f3ab1");
    assert.equal(requests.length, 3);
    assert.ok(requests.every(({ url, headers }) => url === "/healthz" && headers["x-release"] === "1-4-2-9f3ab1"));
  });

  it("asks the right path when the address ends with a slash", async () => {
    await ask(`${await http(200)}/`, { answers: 1 });
    assert.equal(requests[0]?.url, "/healthz");
  });

  it("counts anew after a bad answer in between", async () => {
    await ask(await http(200, 503, 200, 200), { answers: 2 });
    assert.equal(requests.length, 4);
  });

  it("takes a redirect for no good answer", async () => {
    await assert.rejects(ask(await http(302), { within: 2 }), /last bad answer: status 302/);
  });

  it("fails within its time, with the status and the text of the last bad answer, and what to do", async () => {
    const url = await http([500, "database is away"]);
    const start = Date.now();
    await assert.rejects(ask(url, { within: 3 }), (error: Error) => {
      assert.match(
        error.message,
        /release 1-4-2-9f3ab1 did not pass its gate: wanted 3 good answers in a row within 3 s/,
      );
      assert.match(error.message, /asked [123] times, last bad answer: status 500 "database is away"/);
      assert.match(error.message, /The traffic split was not moved\. The next update asks again/);
      return true;
    });
    assert.ok(Date.now() - start < 1000, `took ${Date.now() - start} ms`);
  });

  it("fails although the last answers were good, when they were too few", async () => {
    await assert.rejects(ask(await http(500, 200), { within: 3 }), /last bad answer: status 500/);
  });

  it("says so when there was no bad answer at all, only too few good ones", async () => {
    await assert.rejects(
      ask(await http(200), { answers: 9, within: 2 }),
      /last bad answer: none, but too few good ones/,
    );
  });

  it("fails when nothing listens", async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => {
      servers.pop()?.close(resolve);
    });
    await assert.rejects(ask(`http://127.0.0.1:${port}`, { within: 2 }), /ECONNREFUSED/);
  });

  it("fails when the name is unknown", async () => {
    await assert.rejects(ask("http://nowhere.invalid", { within: 2 }), /nowhere\.invalid/);
  });

  it("takes an answer that comes too late for a bad one", async () => {
    const port = await listen(createServer(() => undefined));
    await assert.rejects(ask(`http://127.0.0.1:${port}`, { within: 3, timeout: 0.15 }), /no answer within 0\.15 s/);
  });

  it("takes an answer whose text never ends for a bad one, within its time", async () => {
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
    await assert.rejects(ask(`http://127.0.0.1:${port}`, { within: 3, timeout: 0.15 }), /no answer within 0\.15 s/);
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
        createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answering([200])),
      );
      await ask(`https://127.0.0.1:${port}`, { answers: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has to be passed again only by another group", async () => {
    const before = { ...asked, url: "http://a" };
    assert.deepEqual(await provider.diff("id", before, { ...before, url: "http://b", answers: 9 }), { changes: false });
    assert.deepEqual(await provider.diff("id", before, { ...before, group: "group-2" }), {
      changes: true,
      replaces: ["group"],
      deleteBeforeReplace: false,
    });
  });
});
