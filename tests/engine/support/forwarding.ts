/** What a proxy does with the messages that it forwards. */
import type { IncomingMessage } from "node:http";

/** The whole body of a message. */
export async function read(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Removes the headers of one connection, which must not be forwarded. */
export function withoutHopByHop<Headers extends object>(headers: Headers, ...additional: string[]): Headers {
  const hop = new Set([
    ...additional,
    "connection",
    "proxy-connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "upgrade",
    "proxy-authorization",
    "expect",
  ]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name))) as Headers;
}
