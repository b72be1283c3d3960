import { createHash } from "node:crypto";

/** The entity tag of a content. */
export function etag(content: Buffer): string {
  return `"${createHash("md5").update(content).digest("hex").toUpperCase()}"`;
}
