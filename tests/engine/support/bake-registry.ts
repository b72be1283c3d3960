/** A registry as a cloud's is: behind a login, with tags that nobody overwrites, and now and then out of order. */
import { createHash } from "node:crypto";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "../../images/support/registry";

const login = Buffer.from("robot:password-that-nobody-may-see").toString("base64");

/** What Docker's configuration says after a login to a registry. */
export function loginTo(address: string): string {
  return JSON.stringify({ auths: { [address]: { auth: login } } });
}

/** The secrets of that login, in each shape that a state could have. */
export const secrets = [login, "password-that-nobody-may-see"];

/** A door in front of a plain registry. Its tests may reach past it by `inside`. */
export class GuardedRegistry {
  /** A status for a request that the registry refuses; undefined lets it through. */
  refuses: (method: string, path: string) => number | undefined = () => undefined;
  /** Every request that got past the login, as method and path. */
  readonly requests: string[] = [];

  private constructor(
    readonly inside: Registry,
    private readonly server: ReturnType<typeof createServer>,
    /** host:port, for images' names. */
    readonly address: string,
  ) {}

  static async start(): Promise<GuardedRegistry> {
    const inside = await Registry.start();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const guarded = new GuardedRegistry(inside, server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on(
      "request",
      (asked: IncomingMessage, answer: ServerResponse) =>
        void guarded.answer(asked, answer).catch((error: unknown) => answer.writeHead(502).end(String(error))),
    );
    return guarded;
  }

  /** The digest that a tag of a repository has; undefined where there is no such tag. */
  async digest(repository: string, tag: string): Promise<string | undefined> {
    const answer = await fetch(`http://${this.inside.address}/v2/${repository}/manifests/${tag}`, {
      method: "HEAD",
      headers: { Accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    return answer.ok ? (answer.headers.get("docker-content-digest") ?? undefined) : undefined;
  }

  /** The tags of a repository. */
  async tags(repository: string): Promise<string[]> {
    const answer = await fetch(`http://${this.inside.address}/v2/${repository}/tags/list`);
    return answer.ok ? (((await answer.json()) as { tags: string[] | null }).tags ?? []).sort() : [];
  }

  /** The digests of an image's layers, from the bottom up. */
  layers(repository: string, digest: string): Promise<string[]> {
    return this.inside.layers(`${this.inside.address}/${repository}@${digest}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.inside.close();
  }

  private async answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = asked;
    const refuse = (status: number, code: string, message: string, headers = {}) => {
      asked.resume();
      answer
        .writeHead(status, { "Content-Type": "application/json", ...headers })
        .end(JSON.stringify({ errors: [{ code, message }] }));
    };
    if (asked.headers.authorization !== `Basic ${login}`) {
      refuse(401, "UNAUTHORIZED", "authentication required", {
        "WWW-Authenticate": 'Basic realm="the test\'s registry"',
      });
      return;
    }
    this.requests.push(`${method} ${path}`);
    const status = this.refuses(method, path);
    if (status !== undefined) {
      refuse(status, "DENIED", "the registry is out of order");
      return;
    }
    const put = method === "PUT" ? /^\/v2\/(.+)\/manifests\/([^:]+)$/.exec(path) : null;
    if (put === null) {
      this.pass(asked, answer).on("error", () => answer.destroy());
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const there = await this.digest(put[1] ?? "", put[2] ?? "");
    if (there !== undefined && there !== `sha256:${createHash("sha256").update(body).digest("hex")}`)
      refuse(400, "TAG_INVALID", `the tag ${put[2] ?? ""} already exists and cannot be overwritten`);
    else this.pass(asked, answer, body);
  }

  private pass(asked: IncomingMessage, answer: ServerResponse, body?: Buffer) {
    const [host, port] = this.inside.address.split(":");
    const passed = request({ host, port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    if (body === undefined) asked.pipe(passed);
    else passed.end(body);
    return passed;
  }
}
