/** An API of Alibaba Cloud that replies as each test says. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A reply, or with `Code` a refusal. */
export type Reply = Readonly<Record<string, unknown>>;
/** The fields of a request, as they are sent: `RuleActions.1.Type`. */
export type Fields = Readonly<Record<string, string>>;

/** A reply with an error code, as the cloud sends it. */
export const refusal = (Code: string): Reply => ({ Code, Message: `refused with ${Code}` });

const keys = { ALICLOUD_ACCESS_KEY: "key", ALICLOUD_SECRET_KEY: "secret" };

/** The API, with the requests that it got in the running test. */
export class ScriptedApi {
  url = "";
  readonly requests: { action: string; fields: Fields }[] = [];
  /** What it replies. */
  reply: (action: string, fields: Fields, request: number) => Reply = () => ({});
  private server: Server | undefined;

  /** Runs one during the tests of the calling suite. */
  static forSuite(): ScriptedApi {
    const api = new ScriptedApi();
    before(() => api.start());
    beforeEach(() => {
      api.requests.length = 0;
    });
    after(() => {
      api.stop();
    });
    return api;
  }

  /** The actions of the requests, in order. */
  get actions(): string[] {
    return this.requests.map(({ action }) => action);
  }

  private async start(): Promise<void> {
    Object.assign(process.env, keys);
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const fields = Object.fromEntries(new URLSearchParams(body));
        const { Action: action = "" } = fields;
        this.requests.push({ action, fields });
        const said = this.reply(action, fields, this.requests.length);
        response.writeHead("Code" in said ? 400 : 200).end(JSON.stringify(said));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  private stop(): void {
    for (const name of Object.keys(keys)) Reflect.deleteProperty(process.env, name);
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
