/** Stores that an interrupted update left, after that update was taken back. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Candidate, type StoreCalls } from "../../../components/clouds/kept-store.remote";
import { settleUnrecorded } from "../../../components/clouds/unrecorded-stores.remote";

const owner = "library/dev/0a1b2c3d";
const place = { region: "here", resource: "books-files", owner, keptFor: "library/dev/books" };
const keptTag = "immutable-service:kept";

/** A cloud with these buckets, of which some have data. */
function cloudWith(tags: Map<string, Record<string, string>>, full: readonly string[] = []): StoreCalls {
  const refuse = () => Promise.reject(new Error("must not be called"));
  return {
    what: "bucket",
    cost: "It costs money.",
    maxName: 63,
    nameIsId: true,
    list: (prefix: string): Promise<Candidate[]> =>
      Promise.resolve(
        [...tags].filter(([name]) => name.startsWith(prefix)).map(([name, own]) => ({ id: name, name, tags: own })),
      ),
    create: refuse,
    delete: refuse,
    untag: refuse,
    tagsOf: (id) => Promise.resolve(tags.get(id)),
    tag: (id, more) => {
      tags.set(id, { ...tags.get(id), ...more });
      return Promise.resolve();
    },
    deleteEmpty: (id) => {
      if (full.includes(id)) return Promise.resolve(false);
      tags.delete(id);
      return Promise.resolve(true);
    },
  };
}

describe("a store that an interrupted update left and that nobody needs", () => {
  const mark = { "immutable-service": owner };

  it("is deleted if it is empty, also before it had its tags", async () => {
    const first = createHash("sha256").update([owner, "here", "books-files"].join()).digest("hex").slice(0, 8);
    const tags = new Map<string, Record<string, string>>([
      ["books-files-00000001", mark],
      [`books-files-${first}`, {}],
    ]);
    const done = await settleUnrecorded(cloudWith(tags), place);
    assert.equal(tags.size, 0);
    assert.equal(done.length, 2);
    assert.match(done[0] ?? "", /^deleted the bucket books-files-00000001, which is empty/);
  });

  it("is marked as kept, and printed, if there is something in it", async () => {
    const id = "books-files-00000001";
    const tags = new Map([[id, mark]]);
    const done = await settleUnrecorded(cloudWith(tags, [id]), place);
    assert.deepEqual(tags.get(id), { ...mark, [keptTag]: "library/dev/books" });
    assert.match(done.join(), /^the bucket books-files-00000001, .* is kept. It costs money.$/);
  });

  it("is marked as kept where the cloud cannot say for certain that it is empty", async () => {
    const tags = new Map([["books-files-00000001", mark]]);
    const calls = cloudWith(tags);
    Reflect.deleteProperty(calls, "deleteEmpty");
    await settleUnrecorded(calls, place);
    assert.ok(keptTag in (tags.get("books-files-00000001") ?? {}));
  });

  it("is nobody else's, no other resource's, and none that was kept", async () => {
    const tags = new Map<string, Record<string, string>>([
      ["books-files-00000001", { "immutable-service": "library/prod/0a1b2c3d" }],
      ["books-files-00000002", { ...mark, [keptTag]: "library/dev/books" }],
      ["books-files-00000003", {}],
      ["books-share-00000004", mark],
      ["books-files-by-hand", mark],
    ]);
    const before = JSON.stringify([...tags]);
    assert.deepEqual(await settleUnrecorded(cloudWith(tags), place), []);
    assert.equal(JSON.stringify([...tags]), before);
  });
});
