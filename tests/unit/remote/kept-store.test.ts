/** How a store is found, taken back, kept and deleted, on a cloud in memory. */
import assert from "node:assert/strict";
import {
  type Candidate,
  type StoreCalls,
  type StoreInputs,
  storeModule,
} from "../../../components/clouds/kept-store.remote";

const owner = "library/dev/0a1b2c3d";
const inputs: StoreInputs = {
  region: "us-east-1",
  resource: "books-files",
  tags: { "immutable-service": owner, team: "books" },
  keptFor: "library/dev/books",
  whenRemoved: "keep",
  console: "https://console/{id}",
};
const kept = { "immutable-service:kept": "library/dev/books" };

/** A cloud with buckets. */
class Buckets implements StoreCalls {
  readonly what = "bucket";
  readonly cost = "It costs money.";
  readonly maxName = 30;
  readonly nameIsId = true;
  readonly tags = new Map<string, Record<string, string>>();
  /** Names that other accounts have. */
  readonly taken = new Set<string>();
  /** What happens with the next bucket after it was created. */
  interrupt: (() => void) | undefined;
  created = 0;

  list(prefix: string): Promise<Candidate[]> {
    const names = [...this.tags.keys()].filter((name) => name.startsWith(prefix));
    return Promise.resolve(names.map((name) => ({ id: name, name, tags: this.tags.get(name) ?? {} })));
  }
  create(name: string, tags: Readonly<Record<string, string>>): Promise<string | undefined> {
    if (this.taken.has(name) || this.tags.has(name)) return Promise.resolve(undefined);
    this.created += 1;
    this.tags.set(name, {});
    const { interrupt } = this;
    this.interrupt = undefined;
    interrupt?.();
    this.tags.set(name, { ...tags });
    return Promise.resolve(name);
  }
  tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    this.tags.set(id, { ...this.tags.get(id), ...tags });
    return Promise.resolve();
  }
  untag(id: string, keys: readonly string[]): Promise<void> {
    const left = Object.entries(this.tags.get(id) ?? {}).filter(([key]) => !keys.includes(key));
    this.tags.set(id, Object.fromEntries(left));
    return Promise.resolve();
  }
  tagsOf(id: string): Promise<Record<string, string> | undefined> {
    return Promise.resolve(this.tags.get(id));
  }
  delete(id: string): Promise<void> {
    this.tags.delete(id);
    return Promise.resolve();
  }
}

describe("a store that outlives its stack", () => {
  let cloud: Buckets;
  let printed: string[];
  const { error } = console;
  beforeEach(() => {
    cloud = new Buckets();
    printed = [];
    console.error = (text: string) => printed.push(text);
  });
  afterEach(() => {
    console.error = error;
  });

  const { create, update, read, remove } = storeModule({ calls: () => cloud });
  const ensure = async (change: Partial<StoreInputs> = {}) => (await create({ ...inputs, ...change })).id;
  const add = (digits: string, tags: Record<string, string>) => {
    cloud.tags.set(`books-files-${digits}`, tags);
    return `books-files-${digits}`;
  };

  it("is created with its tags, and a name that begins with the resource's", async () => {
    const name = await ensure();
    assert.match(name, /^books-files-[0-9a-f]{8}$/);
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
  });

  it("has a name that its cloud allows, however long the resource's is", async () => {
    assert.equal((await ensure({ resource: "a-very-long-name-of-a-service-files" })).length, 30);
  });

  it("gets another name where the first is taken", async () => {
    const first = await ensure();
    cloud.tags.clear();
    cloud.taken.add(first);
    assert.notEqual(await ensure(), first);
  });

  it("is marked as kept, and the console's page and the cost are printed", async () => {
    const name = await ensure();
    await remove(name, inputs);
    assert.deepEqual(cloud.tags.get(name), { ...inputs.tags, ...kept });
    assert.deepEqual(printed.length, 1);
    assert.match(
      printed[0] ?? "",
      new RegExp(`^The bucket ${name} is kept, .*https://console/${name} . It costs money.`),
    );
  });

  it("is kept where an earlier version did not record what is to happen", async () => {
    const name = await ensure();
    await remove(name, {});
    assert.ok(cloud.tags.has(name));
  });

  it("is deleted when it is to be deleted, also when it is gone already", async () => {
    const name = await ensure();
    await remove(name, { ...inputs, whenRemoved: "delete" });
    await remove(name, { ...inputs, whenRemoved: "delete" });
    assert.ok(!cloud.tags.has(name));
    assert.deepEqual(printed, []);
  });

  it("is created again under its name, or no longer kept, after an update that was interrupted while it deleted", async () => {
    const name = await ensure();
    cloud.tags.clear();
    await update(name, { ...inputs, renewal: 0 }, { ...inputs, renewal: 1 });
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
    await remove(name, inputs);
    await update(name, { ...inputs, renewal: 1 }, { ...inputs, renewal: 2 });
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
    assert.equal(cloud.created, 2);
  });

  it("is an error where a deleted one's name is taken", async () => {
    cloud.taken.add("books-files-0a1b2c3d");
    await assert.rejects(update("books-files-0a1b2c3d", {}, { ...inputs, renewal: 1 }), /pulumi up --refresh/);
  });

  it("is no error when it is to be kept and is gone", async () => {
    await remove("books-files-00000000", inputs);
    assert.deepEqual([...cloud.tags], []);
    assert.deepEqual(printed, []);
  });

  it("is taken back by the same stack, also after a destroy, which ends the old mark", async () => {
    const name = await ensure();
    await remove(name, inputs);
    assert.equal(await ensure(), name);
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
    await remove(name, inputs);
    const tags = { ...inputs.tags, "immutable-service": "library/dev/ffffffff" };
    assert.equal(await ensure({ tags }), name);
    assert.deepEqual(cloud.tags.get(name), tags);
    assert.equal(cloud.created, 1);
  });

  it("is not taken from another stack, service or resource, nor while another stack uses it", async () => {
    const others = [
      add("11111111", { "immutable-service": "library/prod/0a1b2c3d", "immutable-service:kept": "library/prod/books" }),
      add("22222222", { "immutable-service": "library/dev/0a1b2c3e", "immutable-service:kept": "library/dev/films" }),
      add("33333333", { "immutable-service": "library/dev/0a1b2c3e" }),
      add("44444444", {}),
      add("images-5555555", { "immutable-service": owner }),
    ];
    assert.ok(!others.includes(await ensure()));
  });

  it("prefers the one with the stack's own mark", async () => {
    add("11111111", { "immutable-service": "library/dev/ffffffff", ...kept });
    const own = add("22222222", { "immutable-service": owner, ...kept });
    assert.equal(await ensure(), own);
  });

  it("is an error where several come into question, with their names", async () => {
    const names = [add("11111111", { ...kept }), add("22222222", { ...kept })];
    await assert.rejects(
      ensure(),
      new RegExp(`there are 2 buckets of library/dev/books.*: ${names.join(", ")}\\. Remove`),
    );
    assert.equal(cloud.created, 0);
  });

  it("is taken over after an update that was interrupted before or after the store had its tags", async () => {
    const list = cloud.list.bind(cloud);
    cloud.interrupt = () => {
      cloud.list = () => Promise.reject(new Error("killed"));
      throw new Error("killed");
    };
    await assert.rejects(ensure());
    cloud.list = list;
    // As if the engine had died: the bucket has its name and no tags.
    const name = [...cloud.tags.keys()][0] ?? assert.fail("no bucket");
    assert.equal(await ensure(), name);
    assert.equal(await ensure(), name);
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
    assert.equal(cloud.created, 1);
  });

  it("is not created twice when the cloud's answer is lost", async () => {
    cloud.interrupt = () => {
      throw new Error("connection reset");
    };
    const name = await ensure();
    assert.deepEqual(cloud.tags.get(name), inputs.tags);
    assert.equal(cloud.created, 1);
  });

  it("loses tags that its stack no longer has, and keeps those of others", async () => {
    const name = await ensure();
    await cloud.tag(name, { "cost-centre": "7" });
    const tags = { "immutable-service": owner, unit: "shop" };
    await update(name, inputs, { ...inputs, tags });
    assert.deepEqual(cloud.tags.get(name), { ...tags, "cost-centre": "7" });
  });

  it("reads as gone without the store, and else with its own tags", async () => {
    const name = await ensure();
    await cloud.tag(name, { "cost-centre": "7" });
    assert.deepEqual(await read(name, inputs), { id: name, props: inputs });
    await cloud.untag(name, ["team"]);
    const props = { ...inputs, tags: { "immutable-service": owner } };
    assert.deepEqual(await read(name, inputs), { id: name, props });
    cloud.tags.clear();
    assert.deepEqual(await read(name, inputs), {});
  });
});
