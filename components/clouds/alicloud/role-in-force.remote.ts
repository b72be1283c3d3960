import { sleep } from "../../clock.remote";
import type { Created } from "../../remote";

/** The inputs of a wait for a role. */
export interface Inputs {
  /** The role's name. */
  readonly role: string;
}

/** The outputs of a wait for a role. */
export type Outputs = Inputs;

/** Seconds after which other services know a new role. RAM documents no time, and no request shows it. */
const seconds = 10;

/** Waits until the role may be used. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  await sleep(seconds * 1000);
  return { id: inputs.role, outs: inputs };
}
