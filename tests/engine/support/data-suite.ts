/** What must hold for a service's stores on every cloud. */
import assert from "node:assert/strict";
import { changes, plannedChanges } from "./engine-events";
import { type DataStack, type Stores } from "./data-program";
import type { EngineRun } from "./stack";

/** The stores that the program reports. */
export interface StoreNames {
  readonly bucket: string;
  readonly share: string;
  readonly logs: string;
}

/** How the tests look into a cloud. */
export interface DataCloud {
  /** Puts an object, twice, so that an older version of it exists. */
  fill(bucket: string, key: string, text: string): Promise<void>;
  /** The text of an object; undefined without the bucket. */
  read(bucket: string, key: string): Promise<string | undefined>;
  /** Everything that protects each store that exists, by the store's name, without tags. */
  protections(names: StoreNames): Promise<Readonly<Record<string, unknown>>>;
  /** The tags of each store that exists. */
  tags(names: StoreNames): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** Creates a second bucket with the tags of the first. */
  copyBucket(names: StoreNames): Promise<string>;
  removeBucket(name: string): Promise<void>;
  /** The ids of everything that the program creates. */
  inventory(): Promise<string[]>;
}

type Removal = "keep" | "delete";

/** Stores that are all kept, or all deleted. */
export function stores(whenRemoved: Removal, withShare = true): Stores {
  const share = withShare ? { path: "/files", whenRemoved } : undefined;
  return { files: { whenRemoved, keepVersions: 30, share }, logs: { retentionDays: 30, whenRemoved } };
}

const keptTag = "immutable-service:kept";
const printed = ({ diagnostics }: EngineRun) => diagnostics.map(({ message }) => message).join("\n");

/** Declares the tests. `start` is called once, before the first of them. */
export function storeTests(start: (context: Mocha.Context) => Promise<{ stack: DataStack; cloud: DataCloud }>): void {
  let stack: DataStack;
  let cloud: DataCloud;
  let empty: string[];
  let names: StoreNames;
  let protections: Readonly<Record<string, unknown>>;
  const all = () => [names.bucket, names.share, names.logs];
  const outputs = async () => (await stack.run.outputs()) as unknown as StoreNames;
  const keptTags = async () =>
    Object.fromEntries(Object.entries(await cloud.tags(names)).map(([name, tags]) => [name, tags[keptTag]]));

  before(async function () {
    ({ stack, cloud } = await start(this));
    empty = await cloud.inventory();
    await stack.up(stores("keep"));
    names = await outputs();
    await cloud.fill(names.bucket, "books/1", "the first book");
    protections = await cloud.protections(names);
    assert.deepEqual(Object.keys(protections).sort(), all().sort());
  });

  const assertSame = async () => {
    assert.deepEqual(await outputs(), names);
    assert.equal(await cloud.read(names.bucket, "books/1"), "the first book");
    assert.deepEqual(await cloud.protections(names), protections);
    const tags = await cloud.tags(names);
    for (const name of all()) {
      assert.equal(tags[name]?.[keptTag], undefined, `${name} is tagged as kept`);
      assert.match(tags[name]?.["immutable-service"] ?? "", /^library\/test\/[0-9a-f]{8}$/);
    }
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  };

  for (const time of ["once", "again"]) {
    it(`keeps files and share with what protects them when they are left out, and takes them back, ${time}`, async () => {
      const run = await stack.up({ ...stores("keep"), files: undefined });
      for (const name of [names.bucket, names.share])
        assert.match(printed(run), new RegExp(`${name} is kept, with everything in it: https://\\S+${name}`));
      assert.equal(await cloud.read(names.bucket, "books/1"), "the first book");
      assert.deepEqual(await cloud.protections(names), protections);
      const kept = "library/test/books";
      assert.deepEqual(await keptTags(), { [names.bucket]: kept, [names.share]: kept, [names.logs]: undefined });
      await stack.up(stores("keep"));
      await assertSame();
    });

    it(`keeps every store and nothing else when the stack is destroyed, and takes them back, ${time}`, async () => {
      const run = await stack.run.destroy();
      for (const name of all()) assert.match(printed(run), new RegExp(`${name} is kept`));
      assert.deepEqual(await cloud.protections(names), protections);
      assert.deepEqual((await cloud.inventory()).filter((id) => !empty.includes(id)).sort(), all().sort());
      await stack.up(stores("keep"));
      await assertSame();
    });
  }

  it("keeps the share alone when only the share is left out", async () => {
    await stack.up(stores("keep", false));
    assert.deepEqual((await keptTags())[names.bucket], undefined);
    assert.deepEqual((await keptTags())[names.share], "library/test/books");
    await stack.up(stores("keep"));
    await assertSame();
  });

  it("refuses to choose between two kept buckets, and names them", async () => {
    await stack.up({ ...stores("keep"), files: undefined });
    const second = await cloud.copyBucket(names);
    stack.set(stores("keep"));
    const failed = await stack.run.up({ expectFailure: true });
    assert.match(printed(failed), /there are 2 buckets of library\/test\/books, and only one can be used/);
    for (const name of [names.bucket, second]) assert.ok(printed(failed).includes(name), name);
    await cloud.removeBucket(second);
    await stack.up(stores("keep"));
    await assertSame();
  });

  it("finds nothing to change in an update with --refresh", async () => {
    const unchanged = await stack.run.up({ flags: ["--refresh"] });
    assert.deepEqual(changes(unchanged), []);
  });

  it("changes whenRemoved in place, and then deletes files and share with what is in them", async () => {
    const changed = await stack.up(stores("delete"));
    const operations = changes(changed).filter(({ type }) => type.startsWith("pulumi-nodejs:"));
    assert.deepEqual([...new Set(operations.map(({ operation }) => operation))], ["update"]);
    await assertSame();
    const run = await stack.up({ ...stores("delete"), files: undefined });
    assert.doesNotMatch(printed(run), /is kept/);
    assert.deepEqual(Object.keys(await cloud.protections(names)), [names.logs]);
  });

  it("creates empty stores after that, and deletes them empty too, with the stack", async () => {
    await stack.up(stores("delete"));
    const created = await outputs();
    assert.notEqual(created.share, names.share);
    assert.equal(await cloud.read(created.bucket, "books/1"), undefined);
    const run = await stack.run.destroy();
    assert.doesNotMatch(printed(run), /is kept/);
    assert.deepEqual(
      (await cloud.inventory()).filter((id) => !empty.includes(id)),
      [],
    );
  });
}
