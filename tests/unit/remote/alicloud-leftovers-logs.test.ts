/**
 * What the intent removes from log projects on Alibaba Cloud after an interrupted update, against an API of the test.
 */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { removeLogCollection } from "../../../components/clouds/alicloud/leftovers-logs.remote";
import * as removal from "../../../components/clouds/alicloud/machine-group-removal.remote";
import { Owned } from "../../../components/clouds/alicloud/owned.remote";

const owner = "immutable-service/dev/0a1b2c3d";
const none = { alb: "", ecs: "", ess: "", nas: "", oss: "", ram: "", vpc: "" };
const keys = { ALICLOUD_ACCESS_KEY: "key", ALICLOUD_SECRET_KEY: "secret" };

describe("the log collection that an interrupted update left on Alibaba Cloud", () => {
  let server: Server;
  /** The documents that exist, as `project/folder/name`. */
  let documents: Set<string>;
  const owners: Readonly<Record<string, string>> = { own: owner, other: "immutable-service/prod/0a1b2c3d" };

  before(async () => {
    // Requests go to a host of each project, so the API is the proxy of all of them.
    server = createServer((request, response) => {
      const { hostname, pathname, searchParams } = new URL(request.url ?? "");
      const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
      const project = hostname.replace(/\.?sls\.test$/, "");
      if (project === "" && pathname === "/tags") {
        const [id = ""] = JSON.parse(searchParams.get("resourceId") ?? "[]") as string[];
        return reply(200, { tagResources: [{ tagKey: "immutable-service", tagValue: owners[id] }] });
      }
      if (project === "")
        return reply(200, { total: 2, projects: Object.keys(owners).map((projectName) => ({ projectName })) });
      if (pathname === "/") return reply(200, {});
      const document = project + pathname;
      if (!documents.has(document)) return reply(404, { errorCode: "MachineGroupNotExist" });
      if (request.method === "DELETE") documents.delete(document);
      return reply(200, {});
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
    const all = ["machinegroups/books-logs", "configs/books-logs", "machinegroups/somebodys"];
    documents = new Set(Object.keys(owners).flatMap((project) => all.map((document) => `${project}/${document}`)));
  });

  async function left(recorded: readonly string[]): Promise<string[]> {
    const endpoints = { ...none, sls: "http://sls.test" };
    const names = { service: "books", suffix: "675069", groups: [] };
    await removeLogCollection(new Owned({ region: "cn-hangzhou", endpoints, owner, recorded, names }));
    return [...documents].filter((document) => document.startsWith("own/"));
  }

  it("has a machine group that its own removal deletes, unless it is gone", async () => {
    const { id, outs } = await removal.create({ endpoint: "http://sls.test", project: "own", group: "books-logs" });
    assert.ok(documents.has("own/machinegroups/books-logs"));
    for (let time = 0; time < 2; time += 1) {
      await removal.delete(id, outs);
      assert.ok(!documents.has("own/machinegroups/books-logs"));
    }
    assert.equal(documents.size, 5);
  });

  it("is removed from the stack's own project, under the stack's own name", async () => {
    assert.deepEqual(await left(["own"]), ["own/machinegroups/somebodys"]);
    assert.ok(documents.has("other/machinegroups/books-logs") && documents.has("other/configs/books-logs"));
  });

  it("stays where the state has it", async () => {
    assert.deepEqual(await left(["own:books-logs"]), ["own/machinegroups/books-logs", "own/machinegroups/somebodys"]);
  });

  it("is a config in the state only by its own id, not by an attachment's", async () => {
    assert.deepEqual(await left(["own:books-logs:books-logs", "own:books-logs"]), [
      "own/machinegroups/books-logs",
      "own/machinegroups/somebodys",
    ]);
    documents.add("own/configs/books-logs");
    assert.ok((await left(["own:app:books-logs", "own:books-logs"])).includes("own/configs/books-logs"));
  });
});
