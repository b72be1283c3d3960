/** A registry like a cloud's: it requires a login, its tags are immutable, and it can be made to fail. */
import { createHash } from "node:crypto";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "../../images/support/registry";

const login = Buffer.from("robot:password-that-nobody-may-see").toString("base64");

/** Docker's configuration after a login to a registry. */
export function loginTo(address: string): string {
  return JSON.stringify({ auths: { [address]: { auth: login } } });
}

/** The login's secrets, in each encoding that a state could contain. */
export const secrets = [login, "password-that-nobody-may-see"];

/** A proxy in front of a plain registry, which tests can reach directly as `inside`. */
export class GuardedRegistry {
  /** Returns the status with which to refuse a request, or undefined to forward it. */
  refuses: (method: string, path: string) => number | undefined = () => undefined;
  /** Every authenticated request, as method and path. */
  readonly requests: string[] = [];

  private constructor(
    readonly inside: Registry,
    private readonly server: ReturnType<typeof createServer>,
    /** host:port, as in images' names. */
    readonly address: string,
  ) {}

  static async start(): Promise<GuardedRegistry> {
    const inside = await Registry.start();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const guarded = new GuardedRegistry(inside, server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on(
      "request",
      (incoming: IncomingMessage, outgoing: ServerResponse) =>
        void guarded.answer(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(502).end(String(error))),
    );
    return guarded;
  }

  /** The digest of a repository's tag; undefined for a missing tag. */
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

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = incoming;
    const refuse = (status: number, code: string, message: string, headers = {}) => {
      incoming.resume();
      outgoing
        .writeHead(status, { "Content-Type": "application/json", ...headers })
        .end(JSON.stringify({ errors: [{ code, message }] }));
    };
    if (incoming.headers.authorization !== `Basic ${login}`) {
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
      this.forward(incoming, outgoing).on("error", () => outgoing.destroy());
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const existing = await this.digest(put[1] ?? "", put[2] ?? "");
    if (existing !== undefined && existing !== `sha256:${createHash("sha256").update(body).digest("hex")}`)
      refuse(400, "TAG_INVALID", `the tag ${put[2] ?? ""} already exists and cannot be overwritten`);
    else this.forward(incoming, outgoing, body);
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse, body?: Buffer) {
    const [host, port] = this.inside.address.split(":");
    const upstream = request(
      { host, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    if (body === undefined) incoming.pipe(upstream);
    else upstream.end(body);
    return upstream;
  }
}
