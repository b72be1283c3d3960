/** A new log project, which Simple Log Service does not find at once, against an API of the test. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { now } from "../../../components/clock.remote";
import * as project from "../../../components/clouds/alicloud/log-project.remote";
import { simulatedClock } from "../../support/clock";

const inputs: project.Inputs = {
  region: "cn-hangzhou",
  resource: "books-logs",
  tags: { "immutable-service": "library/dev/0a1b2c3d" },
  keptFor: "library/dev/books",
  whenRemoved: "keep",
  console: "https://console/{id}",
  endpoint: "http://sls.test",
};
const keys = { ALICLOUD_ACCESS_KEY: "key", ALICLOUD_SECRET_KEY: "secret" };
type Reply = readonly [status: number, body: object];
const missing: Reply = [404, { errorCode: "ProjectNotExist", errorMessage: "The Project does not exist" }];
const done: Reply = [200, {}];

describe("a new log project on Alibaba Cloud", () => {
  simulatedClock();
  let server: Server;
  /** How many requests that name a project do not find it yet, and the tags that it has got. */
  let projects: Map<string, { unseen: number; tags: Map<string, string> }>;
  let created: string[];
  /** How many requests do not find a project after its creation. */
  let unseen: number;
  /** Whether the answer to the next creation is lost. */
  let loseAnswer: boolean;
  /** How many of the next names other accounts have. */
  let taken: number;

  before(async () => {
    // Requests go to a host of each project, so the API is the proxy of all of them.
    server = createServer((request, response) => {
      void reply(request).then((answer) => {
        if (answer === undefined) request.socket.destroy();
        else response.writeHead(answer[0]).end(JSON.stringify(answer[1]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    Object.assign(process.env, keys, { HTTP_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  after(() => {
    for (const name of [...Object.keys(keys), "HTTP_PROXY"]) Reflect.deleteProperty(process.env, name);
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    projects = new Map();
    created = [];
    unseen = 3;
    loseAnswer = false;
    taken = 0;
  });

  async function reply(request: IncomingMessage): Promise<Reply | undefined> {
    const { hostname, pathname, searchParams } = new URL(request.url ?? "");
    const sent = JSON.parse((await text(request)) || "{}") as {
      projectName?: string;
      resourceId?: string[];
      tags?: { key: string; value: string }[];
    };
    const named = hostname.replace(/\.?sls\.test$/, "");
    if (named !== "") return isFound(named) ? done : missing;
    if (pathname === "/tag") {
      const [id = ""] = sent.resourceId ?? [];
      if (!isFound(id)) return missing;
      for (const { key, value } of sent.tags ?? []) projects.get(id)?.tags.set(key, value);
      return done;
    }
    if (pathname === "/tags") {
      const [id = ""] = JSON.parse(searchParams.get("resourceId") ?? "[]") as string[];
      const tags = [...(projects.get(id)?.tags ?? [])];
      return [200, { tagResources: tags.map(([tagKey, tagValue]) => ({ tagKey, tagValue })) }];
    }
    if (request.method === "GET")
      return [200, { total: projects.size, projects: [...projects.keys()].map((projectName) => ({ projectName })) }];
    const { projectName = "" } = sent;
    if (projects.has(projectName) || taken-- > 0) return [400, { errorCode: "ProjectAlreadyExist", errorMessage: "x" }];
    projects.set(projectName, { unseen, tags: new Map() });
    created.push(projectName);
    const lost = loseAnswer;
    loseAnswer = false;
    return lost ? undefined : done;
  }

  function isFound(name: string): boolean {
    const one = projects.get(name);
    if (one === undefined) return false;
    one.unseen -= 1;
    return one.unseen < 0;
  }

  const tagsOf = (id: string) => Object.fromEntries(projects.get(id)?.tags ?? []);

  it("is returned once requests that name it find it, with its tags", async () => {
    const { id } = await project.create(inputs);
    assert.deepEqual(created, [id]);
    assert.deepEqual(tagsOf(id), inputs.tags);
    assert.ok(isFound(id));
  });

  it("is the same one where the answer to its creation was lost, and where the update before was interrupted", async () => {
    loseAnswer = true;
    const { id } = await project.create(inputs);
    assert.deepEqual(created, [id]);
    assert.deepEqual(tagsOf(id), inputs.tags);
    projects.set(id, { unseen: 3, tags: new Map() });
    assert.equal((await project.create(inputs)).id, id);
    assert.deepEqual(created, [id]);
    assert.deepEqual(tagsOf(id), inputs.tags);
  });

  it("has another name where another account has the first one, without a wait", async () => {
    [taken, unseen] = [1, 0];
    const before = now();
    const { id } = await project.create(inputs);
    assert.deepEqual(created, [id]);
    assert.equal(now(), before);
  });

  it("fails if no request finds it for three minutes", async () => {
    unseen = Infinity;
    await assert.rejects(
      project.create(inputs),
      /the log project books-logs-[0-9a-f]{8} was created, but Simple Log Service does not find it: ProjectNotExist after 180 s/,
    );
  });
});
