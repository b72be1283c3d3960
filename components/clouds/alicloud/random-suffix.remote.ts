import { randomBytes } from "node:crypto";
import type { Created } from "../../remote";

/** The outputs of a random suffix. */
export interface Outputs {
  /** Eight hexadecimal digits. */
  readonly suffix: string;
}

/** Draws the suffix. */
export function create(): Promise<Created<Outputs>> {
  const suffix = randomBytes(4).toString("hex");
  return Promise.resolve({ id: suffix, outs: { suffix } });
}
