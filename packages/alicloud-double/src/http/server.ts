import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Authority } from "./certificates";

/** A request, however it reached the double. */
export interface HttpRequest {
  method: string;
  /** The host that the client believes it talks to, without a port. */
  host: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer on its way out; `drop` closes the connection instead. */
export type HttpReply = { status: number; headers?: Record<string, string>; body?: string | Buffer } | "drop";

/**
 * One port of loopback that is three things: a plain server (the provider's `endpoints`), a forward proxy for HTTP
 * (HTTP_PROXY), and one for HTTPS that ends the TLS itself (HTTPS_PROXY with the authority's certificate trusted).
 * The last is the only one that reaches every client of the provider: OSS's split resources and SLS ignore `endpoints`.
 */
export class ProxyServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly authority: Authority,
    private readonly answer: (arrival: HttpRequest) => Promise<HttpReply>,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.keepAliveTimeout = 60_000;
    this.server.on("connection", (socket: Socket) => {
      this.track(socket);
    });
    this.server.on("connect", (request: IncomingMessage, socket: Socket) => {
      this.terminateTls(request, socket);
    });
  }

  async open(port = 0): Promise<number> {
    await new Promise<void>((done, failed) => this.server.once("error", failed).listen(port, "127.0.0.1", done));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
  }

  private terminateTls(request: IncomingMessage, socket: Socket): void {
    const host = (request.url ?? "").replace(/:\d+$/, "");
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    const secure = new TLSSocket(socket, {
      isServer: true,
      SNICallback: (name, done) =>
        void this.authority.contextFor(name || host).then((context) => {
          done(null, context);
        }, done),
    });
    secure.on("error", () => secure.destroy());
    this.server.emit("connection", secure);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? ""),
      ]),
    );
    const url = new URL(request.url ?? "/", `http://${headers["host"] ?? "localhost"}`);
    // A mistake of the double's own becomes an answer that shows it, and must not stop the process that the test runs in.
    const departure = await this.answer({
      method: request.method ?? "GET",
      host: url.hostname,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers,
      body: Buffer.concat(chunks),
    }).catch((error: unknown): HttpReply => ({
      status: 501,
      body: JSON.stringify({ Code: "DoubleFailed", Message: error instanceof Error ? error.stack : String(error) }),
    }));
    if (departure === "drop") return void request.socket.destroy();
    response.writeHead(departure.status, departure.headers).end(departure.body);
  }
}
