/** An HTTP server of the tests on a free port of the loopback interface. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What starts and stops it; what it answers is the subclass's. */
export abstract class LoopbackServer {
  private readonly server = createServer((request, response) => {
    this.respond(request, response);
  });

  /** Its URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  /** Closes its connections too. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected abstract respond(request: IncomingMessage, response: ServerResponse): void;
}
