/** The ledger of releases: what enters it, in which order, and how large it becomes. */
import assert from "node:assert/strict";
import {
  type Ledger,
  type LiveRelease,
  checkBytes,
  ledgerLimits,
  readLedger,
  recordReleases,
} from "../../components/ledger-entries";
import fc from "../support/properties";

const live = (id: string, shape: object = {}): LiveRelease => ({
  id,
  version: `v${id}`,
  image: `image-${id}`,
  shape: { of: id, ...shape },
});
const passing = (hour: number) => ({
  passedAt: new Date(hour * 3_600_000).toISOString(),
  revision: `revision-${hour}`,
});
const ids = (ledger: Ledger | undefined) => (ledger?.entries ?? []).map(({ id }) => id);
const whole = ({ entries }: Ledger) => entries.filter(({ shape }) => shape !== undefined).map(({ id }) => id);

/** The ledger after updates, each with the ids of the releases that have traffic. */
function after(updates: readonly (readonly string[])[]): Ledger {
  return updates.reduce<Ledger | undefined>(
    (before, current, hour) =>
      recordReleases(
        before,
        current.map((id) => live(id)),
        {},
        passing(hour),
      ),
    undefined,
  ) as Ledger;
}

describe("the ledger of releases", () => {
  it("has the newest release first, and of the two newest their shape", () => {
    const ledger = after([["a"], ["b"], ["c"]]);
    assert.deepEqual(ids(ledger), ["c", "b", "a"]);
    assert.deepEqual(whole(ledger), ["c", "b"]);
    assert.deepEqual(ledger.entries[2], { id: "a", version: "va", image: "image-a", ...passing(0) });
  });

  it("has in front what has traffic, so the release that comes back too, with the time of its first traffic", () => {
    const ledger = after([["a"], ["b"], ["c"], ["a"]]);
    assert.deepEqual(ids(ledger), ["a", "c", "b"]);
    assert.deepEqual(whole(ledger), ["a", "c"]);
    assert.equal(ledger.entries[0]?.passedAt, passing(0).passedAt);
  });

  it("has each of several live releases, and after a trial that was taken back the one that served before", () => {
    assert.deepEqual(ids(after([["a"], ["a", "b"]])), ["b", "a"]);
    assert.deepEqual(ids(after([["a"], ["a", "b"], ["a"]])), ["a", "b"]);
    assert.deepEqual(ids(after([["a"], ["a", "b"], ["a"], ["c"]])), ["c", "a", "b"]);
  });

  const updates = fc.array(
    fc.uniqueArray(
      fc.integer({ min: 0, max: 15 }).map((number) => `r${number}`),
      { minLength: 1, maxLength: 3 },
    ),
    {
      minLength: 1,
      maxLength: 25,
    },
  );

  it("keeps its bounds, names every release once, and records each release once", () => {
    fc.assert(
      fc.property(updates, (all) => {
        const ledger = after(all);
        const [current = []] = all.slice(-1);
        assert.ok(ledger.entries.length <= ledgerLimits.releases);
        assert.equal(new Set(ids(ledger)).size, ledger.entries.length);
        assert.deepEqual(ids(ledger).slice(0, current.length).sort(), [...current].sort());
        assert.deepEqual(
          whole(ledger).filter((id) => !ids(ledger).slice(0, ledgerLimits.shapes).includes(id)),
          [],
        );
        const again = recordReleases(
          ledger,
          current.map((id) => live(id)),
          {},
          passing(99),
        );
        assert.deepEqual(again, ledger);
      }),
    );
  });

  it("is read as it was written, also without its nulls", () => {
    fc.assert(
      fc.property(updates, (all) => {
        const ledger = after(all);
        assert.deepEqual(readLedger(JSON.parse(JSON.stringify(ledger))), ledger);
      }),
    );
    const outsideGit = recordReleases(undefined, [live("a")], {}, { ...passing(0), revision: null });
    const withoutNull = outsideGit.entries.map((entry) => ({ ...entry, revision: undefined }));
    assert.deepEqual(readLedger({ ...outsideGit, entries: withoutNull }), outsideGit);
  });

  it("has the values of the releases with a shape only", () => {
    const first = recordReleases(undefined, [live("a")], { a: { "environment.A": "1" } }, passing(0));
    const second = recordReleases(first, [live("b")], { b: {} }, passing(1));
    const third = recordReleases(second, [live("c")], { c: { "environment.A": "3" } }, passing(2));
    assert.deepEqual([first.values, second.values], [{ a: { "environment.A": "1" } }, { a: { "environment.A": "1" } }]);
    assert.deepEqual(third.values, { c: { "environment.A": "3" } });
  });

  it("drops the shape of the older release where both are too large, and of the newest one whose values are", () => {
    const large = (id: string, bytes: number) => live(id, { text: "é".repeat(bytes / 2) });
    const first = recordReleases(undefined, [large("a", 40_000)], { a: { secret: "x" } }, passing(0));
    assert.deepEqual(whole(first), ["a"]);
    const second = recordReleases(first, [large("b", 40_000)], {}, passing(1));
    assert.deepEqual([ids(second), whole(second), second.values], [["b", "a"], ["b"], {}]);
    const values = { c: { "environment.A": "x".repeat(ledgerLimits.bytes) } };
    const third = recordReleases(second, [live("c")], values, passing(2));
    assert.deepEqual([ids(third), whole(third), third.values], [["c", "b", "a"], [], {}]);
  });

  it("refuses a release that is too large alone", () => {
    checkBytes(live("c", { text: "x".repeat(ledgerLimits.bytes - 1000) }));
    assert.throws(() => {
      checkBytes(live("c", { text: "é".repeat(ledgerLimits.bytes / 2) }));
    }, /the release c is too large for the ledger.*and may have 65536: shorten its environment/);
  });

  it("is none where none was recorded, and never empty because it cannot be read", () => {
    for (const none of [undefined, null]) assert.equal(readLedger(none), undefined);
    const ledger = after([["a"], ["b"]]);
    assert.throws(() => readLedger({ ...ledger, format: 2 }), /has format 2, but this version reads format 1 only/);
    const [entry] = ledger.entries;
    for (const bad of [
      {},
      [],
      "ledger",
      { ...ledger, format: undefined },
      { format: 1 },
      { ...ledger, entries: [{ ...entry, passedAt: "yesterday" }] },
      { ...ledger, entries: [{ ...entry, id: undefined }] },
      { ...ledger, entries: [entry, entry] },
      { ...ledger, values: { a: "b" } },
    ])
      assert.throws(
        () => readLedger(bad),
        /^Error: the ledger of releases.* cannot be read \(.+\)/,
        JSON.stringify(bad),
      );
  });
});
