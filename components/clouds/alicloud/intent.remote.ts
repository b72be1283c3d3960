import type { Created, Updated } from "../../remote";
import type { Inputs } from "./intent-inputs.remote";
import { removeLeftovers } from "./leftovers.remote";
import { withdrawUnnamed } from "./unnamed-releases.remote";

/** Records the intent of a stack's first update. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  await clear(inputs, 0);
  return { id: `${inputs.mark}-intent`, outs: inputs };
}

/** Records the intent of a further update. */
export async function update(_id: string, { attempt = 0 }: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  await clear(inputs, attempt);
  return { outs: inputs };
}

/** Removes what an interrupted update left. Without one, there is nothing to remove, and no request is sent. */
async function clear(inputs: Inputs, attempt: number): Promise<void> {
  if (inputs.attempt <= attempt || inputs.recorded.length === 0) return;
  await withdrawUnnamed(inputs);
  await removeLeftovers(inputs);
}
