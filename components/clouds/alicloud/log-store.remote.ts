import type { Created, Refreshed, Updated } from "../../remote";
import type { WhenRemoved } from "../kept-store.remote";
import { codeOf, isMissing } from "./api.remote";
import { Sls } from "./sls.remote";

/** The inputs of a log store. */
export interface Inputs {
  /** The URL of the API of Simple Log Service. */
  readonly endpoint: string;
  readonly project: string;
  readonly store: string;
  readonly retentionDays: number;
  /** Default, for a store that was recorded without it: keep. */
  readonly whenRemoved: WhenRemoved;
  /** Rises when the update before was interrupted while it deleted: the store may be gone. Default: 0. */
  readonly renewal?: number;
}

/** Ensures the store and the index without which nothing in it could be searched. A kept project has both. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  await ensure(inputs);
  return { id: `${inputs.project}:${inputs.store}`, outs: inputs };
}

/** Ensures both again, with another retention. */
export async function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  await ensure(inputs);
  return { outs: inputs };
}

/** Reads whether the store exists, and its retention. */
export async function read(id: string, outputs: Partial<Inputs>): Promise<Refreshed<Inputs>> {
  try {
    const { ttl = 0 } = await api(outputs).request<{ ttl?: number }>("GET", storeIn(outputs));
    return { id, props: { ...outputs, retentionDays: ttl } };
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
}

/** Deletes the store with its logs, or leaves it in its project. */
async function remove(_id: string, outputs: Partial<Inputs>): Promise<void> {
  if (outputs.whenRemoved !== "delete") return;
  try {
    await api(outputs).request("DELETE", storeIn(outputs));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
export { remove as delete };

async function ensure(inputs: Inputs): Promise<void> {
  const { project, store, retentionDays } = inputs;
  const sls = api(inputs);
  const settings = { logstoreName: store, ttl: retentionDays, autoSplit: true, maxSplitShard: 64, appendMeta: true };
  await createOr(
    "LogStoreAlreadyExist",
    () => sls.request("POST", { project, path: "/logstores", document: { ...settings, shardCount: 2 } }),
    () => sls.request("PUT", { ...storeIn(inputs), document: settings }),
  );
  const index = { project, path: `/logstores/${store}/index`, document: { line: fullText } };
  await createOr(
    "IndexAlreadyExist",
    () => sls.request("POST", index),
    () => sls.request("PUT", index),
  );
}

/** Every word of a line can be searched for. */
const fullText = { caseSensitive: false, chn: true, token: Array.from(", '\";=()[]{}?@&<>/:\n\t\r") };

async function createOr(
  exists: string,
  work: () => Promise<unknown>,
  otherwise: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (codeOf(error) !== exists) throw error;
    await otherwise();
  }
}

function api({ endpoint = "" }: Partial<Inputs>): Sls {
  return new Sls(endpoint);
}

function storeIn({ project, store = "" }: Partial<Inputs>) {
  return { project, path: `/logstores/${store}` };
}
