import { createHash, randomBytes } from "node:crypto";
import { errorOf } from "../error-message";
import type { Created, Refreshed, Updated } from "../remote";
import { keptTag, ownerTag } from "./tag-keys";

/**
 * What the stores of a service have in common on every cloud: a store (bucket, file system, log store) outlives its
 * removal from the stack unless it is to be deleted, and the same stack takes it back.
 */

/** What happens with a store when the stack removes it. */
export type WhenRemoved = "keep" | "delete";

/** The inputs of every store. */
export interface StoreInputs {
  readonly region: string;
  /** The logical name, with which the store's own name begins. */
  readonly resource: string;
  /** The store's tags, among them the stack's own mark. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whose the store is while it is kept: `project/stack/service`. */
  readonly keptFor: string;
  /** Default, for a store that was recorded without it: keep. */
  readonly whenRemoved: WhenRemoved;
  /** The console's address of the store, with `{id}` for its id, which the message about a kept store prints. */
  readonly console: string;
  /** Rises when the update before was interrupted while it deleted: the store may be gone, or kept. Default: 0. */
  readonly renewal?: number;
}

/** A store that the cloud lists, whose name begins as it should. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The calls to a cloud that every kind of store has. */
export interface StoreCalls {
  /** What the store is called in messages, such as "bucket". */
  readonly what: string;
  /** What a store costs while it is kept, as a sentence. */
  readonly cost: string;
  /** The maximum length of its name. */
  readonly maxName: number;
  /** Whether its name is its id too, so that one that was deleted can be had again under the same id. */
  readonly nameIsId: boolean;
  /** The account's stores in the region whose names begin with the prefix, with their tags. */
  list(prefix: string): Promise<readonly Candidate[]>;
  /** Creates a store and returns its id; undefined where the name is taken. */
  create(name: string, tags: Readonly<Record<string, string>>): Promise<string | undefined>;
  /** Adds or changes tags, and leaves the others as they are. */
  tag(id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(id: string, keys: readonly string[]): Promise<void>;
  /** The tags of a store; undefined when there is no such store. */
  tagsOf(id: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Deletes a store with everything in it. A store that does not exist is deleted already. */
  delete(id: string): Promise<void>;
  /**
   * Deletes a store unless there is something in it; false if there is. Undefined where a cloud deletes one with
   * everything in it, and cannot say for certain that it is empty.
   */
  readonly deleteEmpty?: (id: string) => Promise<boolean>;
}

/** The stores of a cloud that sets all tags of one with a single call, as object storage does. */
export abstract class WholeTags {
  abstract tagsOf(id: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Sets the tags of a store, and removes all others. */
  protected abstract setTags(id: string, tags: Readonly<Record<string, string>>): Promise<void>;

  async tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.setTags(id, { ...(await this.tagsOf(id)), ...tags });
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    const tags = Object.entries((await this.tagsOf(id)) ?? {});
    await this.setTags(id, Object.fromEntries(tags.filter(([key]) => !keys.includes(key))));
  }
}

const attempts = 5;

/**
 * The stack's own store, with its tags: the one that an interrupted update created, else the one that was kept, else a
 * new one. Throws when several come into question, because only one of them has the data that the app expects.
 */
async function ensureStore(calls: StoreCalls, inputs: StoreInputs): Promise<string> {
  const existing = await findStore(calls, inputs);
  if (existing === undefined) return createStore(calls, inputs);
  await calls.tag(existing.id, inputs.tags);
  // Last: until then the store is found as a kept one.
  if (keptTag in existing.tags) await calls.untag(existing.id, [keptTag]);
  return existing.id;
}

/** What a store is found by. */
type Place = Pick<StoreInputs, "region" | "resource" | "tags">;

/** The stores whose names begin with the resource's. */
async function storesOf(calls: StoreCalls, { resource }: Place): Promise<Candidate[]> {
  const prefix = prefixOf(resource, calls.maxName);
  return (await calls.list(prefix)).filter(({ name }) => /^[0-9a-f]{8}$/.test(name.slice(prefix.length)));
}

function hasMark(one: Candidate, { tags }: Place): boolean {
  const owner = tags[ownerTag] ?? "";
  return one.tags[ownerTag] === owner && owner !== "";
}

/** Whether a store is the stack's own, and was not kept. */
function isUnfinished(one: Candidate, place: Place, maxName: number): boolean {
  // Where a cloud tags a store with a second call, an interrupted update leaves one that has its name and no tags.
  if (Object.keys(one.tags).length === 0) return one.name === firstName(place, maxName);
  return hasMark(one, place) && !(keptTag in one.tags);
}

/** The stack's own stores that an interrupted update may have left: those with its mark that were not kept. */
export async function unfinishedStores(calls: StoreCalls, place: Place): Promise<Candidate[]> {
  return (await storesOf(calls, place)).filter((one) => isUnfinished(one, place, calls.maxName));
}

async function findStore(calls: StoreCalls, inputs: StoreInputs): Promise<Candidate | undefined> {
  const { keptFor } = inputs;
  const found = await storesOf(calls, inputs);
  const unfinished = found.filter((one) => isUnfinished(one, inputs, calls.maxName));
  const kept = found.filter((one) => one.tags[keptTag] === keptFor);
  const ownKept = kept.filter((one) => hasMark(one, inputs));
  const [choice = []] = [unfinished, ownKept, kept].filter(({ length }) => length > 0);
  if (choice.length > 1)
    throw new Error(
      `there are ${choice.length} ${calls.what}s of ${keptFor}, and only one can be used: ` +
        `${choice.map(({ name, id }) => (name === id ? id : `${id} (${name})`)).join(", ")}. Remove the tags ${ownerTag} and ${keptTag} from ` +
        "each that is not to be used, and run the update again.",
    );
  return choice[0];
}

async function createStore(calls: StoreCalls, inputs: StoreInputs): Promise<string> {
  const { resource, tags } = inputs;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const name = attempt === 0 ? firstName(inputs, calls.maxName) : storeName(resource, randomDigits(), calls.maxName);
    let failure: Error | undefined;
    try {
      const id = await calls.create(name, tags);
      if (id !== undefined) return id;
    } catch (error) {
      failure = errorOf(error);
    }
    // An answer may be lost, and a repeated request then finds the name taken by the store that the first one created.
    const created = await findStore(calls, inputs);
    if (created !== undefined) {
      await calls.tag(created.id, tags);
      return created.id;
    }
    if (failure !== undefined) throw failure;
  }
  throw new Error(`no name was free for a ${calls.what} of ${resource} in ${attempts} attempts: run the update again`);
}

/**
 * After an interrupted deletion, a store is created again where it is gone, and no longer kept where it stayed.
 */
async function reviveStore(calls: StoreCalls, id: string, { tags }: StoreInputs): Promise<void> {
  const live = await calls.tagsOf(id);
  if (live !== undefined && keptTag in live) await calls.untag(id, [keptTag]);
  if (live !== undefined || (calls.nameIsId && (await calls.create(id, tags)) === id)) return;
  throw new Error(
    `the ${calls.what} ${id} was deleted by an update that was interrupted, and its id cannot be had again: run ` +
      "pulumi up --refresh, which creates another one",
  );
}

/** What a kind of store adds to what all kinds do. */
export interface StoreCode<Inputs extends StoreInputs, Calls extends StoreCalls> {
  /** The calls for a store with these inputs. An earlier version may have recorded fewer. */
  readonly calls: (inputs: Partial<Inputs>) => Calls;
  /** The store's id in the cloud, from the resource's id. Default: the same. */
  readonly storeId?: (id: string) => string;
  /** Waits until a store can be used that was created or taken back, completes it, and returns the resource's id. */
  readonly complete?: (calls: Calls, store: string) => Promise<string> | string;
  /** The settings that change while the store exists, besides its tags. */
  readonly settings?: {
    set(calls: Calls, store: string, inputs: Inputs): Promise<void>;
    read(calls: Calls, store: string): Promise<Partial<Inputs>>;
  };
}

/** The remote module of a kind of store. */
export function storeModule<Inputs extends StoreInputs, Calls extends StoreCalls>({
  calls: callsFor,
  storeId = (id) => id,
  complete = (_calls, store) => store,
  settings,
}: StoreCode<Inputs, Calls>) {
  return {
    /** Takes the stack's own store where there is one, or else creates it. */
    create: async (inputs: Inputs): Promise<Created<Inputs>> => {
      const calls = callsFor(inputs);
      const store = await ensureStore(calls, inputs);
      await settings?.set(calls, store, inputs);
      return { id: await complete(calls, store), outs: inputs };
    },
    /** Changes the settings and the tags; those of others are left alone. Whatever else changes is for the deletion. */
    update: async (id: string, before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> => {
      const calls = callsFor(inputs);
      const store = storeId(id);
      if ((before.renewal ?? 0) !== (inputs.renewal ?? 0)) await reviveStore(calls, store, inputs);
      await settings?.set(calls, store, inputs);
      await calls.tag(store, inputs.tags);
      const removed = Object.keys(before.tags ?? {}).filter((key) => !(key in inputs.tags));
      if (removed.length > 0) await calls.untag(store, removed);
      return { outs: inputs };
    },
    /** Reads whether the store exists, its settings and its tags; those of others are not this resource's. */
    read: async (id: string, outputs: Partial<Inputs>): Promise<Refreshed<Inputs>> => {
      const calls = callsFor(outputs);
      const store = storeId(id);
      const live = await calls.tagsOf(store);
      if (live === undefined) return {};
      const own = Object.keys(outputs.tags ?? {});
      const tags = Object.fromEntries(Object.entries(live).filter(([key]) => own.includes(key)));
      return { id, props: { ...outputs, tags, ...(await settings?.read(calls, store)) } };
    },
    remove: (id: string, outputs: Partial<Inputs>): Promise<void> =>
      removeStore(callsFor(outputs), storeId(id), outputs),
  };
}

/** Deletes a store with everything in it, or marks it as kept and prints where it is. */
async function removeStore(calls: StoreCalls, id: string, outputs: Partial<StoreInputs>): Promise<void> {
  const { whenRemoved = "keep", keptFor = "", console: page = "" } = outputs;
  if (whenRemoved === "delete") {
    await calls.delete(id);
    return;
  }
  if ((await calls.tagsOf(id)) === undefined) return;
  await calls.tag(id, { [keptTag]: keptFor });
  // The engine shows what a provider writes to its standard error stream.
  console.error(
    `The ${calls.what} ${id} is kept, with everything in it: ${page.replaceAll("{id}", encodeURIComponent(id))} . ` +
      `${calls.cost} The same stack takes it back when it needs it again.`,
  );
}

/** The name that a store is created with first. It is the same after an interrupted update, and no other stack's. */
function firstName({ resource, tags, region }: Place, max: number): string {
  const digits = createHash("sha256").update([tags[ownerTag], region, resource].join()).digest("hex").slice(0, 8);
  return storeName(resource, digits, max);
}

function storeName(resource: string, digits: string, max: number): string {
  return prefixOf(resource, max) + digits;
}

function prefixOf(resource: string, max: number): string {
  return `${resource.slice(0, max - 9)}-`;
}

function randomDigits(): string {
  return randomBytes(4).toString("hex");
}
