import { randomBytes } from "node:crypto";
import type { Created } from "./remote";

/** The outputs of an ownership mark. */
export interface Outputs {
  /** Eight hexadecimal digits. */
  readonly mark: string;
}

/** Draws the mark. */
export function create(): Promise<Created<Outputs>> {
  const mark = randomBytes(4).toString("hex");
  return Promise.resolve({ id: mark, outs: { mark } });
}
