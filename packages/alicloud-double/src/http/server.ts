import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Authority } from "./certificates";

/** A request, whichever way it reached the double. */
export interface HttpRequest {
  method: string;
  /** The host that the client believes it is talking to, without a port. */
  host: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

/** A response, before it is sent. */
export interface HttpResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A response, or "drop" to close the connection without one. */
export type HttpReply = HttpResponse | "drop";

/**
 * One loopback port that is an HTTP server (for the provider's `endpoints`), a forward proxy for HTTP (HTTP_PROXY),
 * and one for HTTPS that terminates TLS itself (HTTPS_PROXY, with the authority's certificate trusted). Only the last
 * reaches every client of the provider: OSS's split resources and SLS ignore `endpoints`.
 */
export class ProxyServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly authority: Authority,
    private readonly handle: (request: HttpRequest) => Promise<HttpReply>,
  ) {
    this.server = createServer((incoming, outgoing) => void this.serve(incoming, outgoing));
    this.server.keepAliveTimeout = 60_000;
    this.server.on("connection", (socket: Socket) => {
      this.track(socket);
    });
    this.server.on("connect", (incoming: IncomingMessage, socket: Socket) => {
      this.terminateTls(incoming, socket);
    });
  }

  /** Listens on a port of 127.0.0.1, by default a free one, and returns the port. */
  async open(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => this.server.once("error", reject).listen(port, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes all connections and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
  }

  private terminateTls(incoming: IncomingMessage, socket: Socket): void {
    const host = (incoming.url ?? "").replace(/:\d+$/, "");
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    const secure = new TLSSocket(socket, {
      isServer: true,
      SNICallback: (name, callback) =>
        void this.authority.contextFor(name || host).then((context) => {
          callback(null, context);
        }, callback),
    });
    secure.on("error", () => secure.destroy());
    this.server.emit("connection", secure);
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? ""),
      ]),
    );
    const url = new URL(incoming.url ?? "/", `http://${headers["host"] ?? "localhost"}`);
    const reply = await this.handle({
      method: incoming.method ?? "GET",
      host: url.hostname,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers,
      body: Buffer.concat(chunks),
    }).catch(internalError);
    if (reply === "drop") return void incoming.socket.destroy();
    outgoing.writeHead(reply.status, reply.headers).end(reply.body);
  }
}

/** A bug of the double is shown in the response: it must not stop the process, which also runs the test. */
function internalError(error: unknown): HttpResponse {
  const message = error instanceof Error ? error.stack : String(error);
  return { status: 501, body: JSON.stringify({ Code: "DoubleFailed", Message: message }) };
}
