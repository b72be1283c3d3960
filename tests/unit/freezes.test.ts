/** What a freeze refuses, what it lets pass, and what the error says. */
import assert from "node:assert/strict";
import { aws } from "../../components";
import { refuseFrozen } from "../../components/freezes";
import { intentOf } from "../../components/intent";
import type { LastOutputs, RecordedResource } from "../../components/last-outputs";
import { readLedger, recordReleases } from "../../components/ledger-entries";
import { SettingsError } from "../../components/stack-file/problems";
import type { ServiceArgs } from "../../components/spec";
import { digest, resolved } from "../support/service";

const cloud = aws({ project: "immutable-service", stack: "dev", region: "us-east-1" });
const freeze = [{ from: "2026-12-24", to: "2026-12-26", timezone: "Europe/Berlin", reason: "holidays" }];
const inside = Date.parse("2026-12-25T12:00:00Z");
const outside = Date.parse("2026-12-27T12:00:00Z");

const idOf = (change: Partial<ServiceArgs>) => resolved(change).releases[0].id;

/** What a stack has recorded after its releases had traffic. */
function after(changes: readonly Partial<ServiceArgs>[], resources: readonly RecordedResource[] = []): LastOutputs {
  const ledger = changes.reduce<LastOutputs["ledger"]>((before, change) => {
    const { id, version } = resolved(change).releases[0];
    return recordReleases(
      ...[before, [{ id, version, image: "i", shape: {} }], {}],
      ...([{ passedAt: new Date(0).toISOString(), revision: null }] as const),
    );
  }, undefined);
  return { deployed: undefined, ledger, resources };
}

/** Judges an update; the problems, or the overrides. */
function judged(change: Partial<ServiceArgs>, last: LastOutputs | undefined, time = inside): unknown {
  const spec = resolved({ freeze, ...change });
  try {
    return refuseFrozen(spec, intentOf("bookstore", cloud, spec, last), last, time);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ code, path }) => `${code} ${path}`);
  }
}

const known = after([{}]);

describe("a freeze", () => {
  it("refuses a release that has had no traffic, a stack's first one too, and nothing outside of its time", () => {
    assert.deepEqual(judged({ version: "1.5.0" }, known), ["frozen version"]);
    assert.deepEqual(judged({ environment: { A: "1" } }, known), ["frozen version"]);
    assert.deepEqual(judged({}, { deployed: undefined, resources: [] }), ["frozen version"]);
    assert.deepEqual(judged({ version: "1.5.0" }, known, outside), {});
    assert.deepEqual(judged({ version: "1.5.0", freeze: [] }, known), {});
  });

  it("lets a release of the ledger, and every change without a new release, pass", () => {
    assert.deepEqual(judged({}, after([{}, { version: "1.5.0" }])), {});
    assert.deepEqual(judged({ instances: { min: 3 }, tags: { team: "books" } }, known), {});
  });

  it("names a further release at its place, and ignores one without traffic", () => {
    const releases = (weight: number) => ({ releases: [{ version: "2.0.0", image: digest("b"), weight }] });
    assert.deepEqual(judged(releases(10), known), ["frozen releases[0].version"]);
    assert.deepEqual(judged(releases(0), known), {});
    assert.deepEqual(judged({ ...releases(10), version: "1.5.0" }, known), [
      "frozen version",
      "frozen releases[0].version",
    ]);
  });

  it("lets the version of an override pass, which is for the ledger where the freeze is in force", () => {
    const override = { version: "1.5.0", freezeOverride: { version: "1.5.0", reason: "CVE-2026-1" } };
    assert.deepEqual(judged(override, known), { [idOf({ version: "1.5.0" })]: { reason: "CVE-2026-1" } });
    assert.deepEqual(judged(override, known, outside), {});
    assert.deepEqual(judged(override, after([{}, { version: "1.5.0" }])), {});
  });

  it("is said with its end, its reason and both ways out", () => {
    const spec = resolved({ freeze, version: "1.5.0" });
    assert.throws(
      () => refuseFrozen(spec, intentOf("bookstore", cloud, spec, known), known, inside),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(
          error.message,
          "1 problem in immutable-service:service, nothing was changed:\n" +
            `  version: the release ${spec.releases[0].id} has had no traffic, and none may be brought: ` +
            "frozen until 2026-12-27 00:00 Europe/Berlin (holidays); " +
            `go back to a release of the ledger (${idOf({})}), or, if it cannot wait, add ` +
            'freezeOverride: { version: "1.5.0", reason: "why it cannot wait" }',
        );
        return true;
      },
    );
  });

  it("needs the ledger, which an offline plan does not have", () => {
    assert.throws(() => judged({}, undefined), /bookstore has freezes, which need the ledger of releases: give last/);
    assert.deepEqual(judged({}, { deployed: undefined, resources: [], offline: true }), {});
  });

  it("lets an interrupted update send a release its requests, once the checks have passed", () => {
    const id = idOf({ version: "1.5.0" });
    const resource = (type: string, name: string, outputs = {}): RecordedResource => ({
      urn: `urn:pulumi:dev::immutable-service::pulumi-nodejs:dynamic/immutable-service:${type}::${name}`,
      type: `pulumi-nodejs:dynamic/immutable-service:${type}`,
      outputs,
    });
    const intent = resource("Intent", "bookstore-intent", { digest: "ffffff", attempt: 0, entering: [id] });
    const gate = resource("Gate", `bookstore-${id}-gate`);
    const update = { version: "1.5.0" };
    assert.deepEqual(judged(update, after([{}], [intent, gate])), {});
    assert.deepEqual(judged(update, after([{}], [intent])), ["frozen version"]);
    assert.deepEqual(judged(update, after([{}], [gate])), ["frozen version"]);
    const other = resource("Intent", "bookstore-intent", { digest: "ffffff", attempt: 0, entering: ["other"] });
    assert.deepEqual(judged(update, after([{}], [other, gate])), ["frozen version"]);
    const unchecked = { ...update, gate: { from: "none" as const } };
    assert.deepEqual(judged(unchecked, after([{}], [intent, gate])), ["frozen version"]);
    const healthy = resource("HealthyTargets", `bookstore-${id}-healthy`);
    assert.deepEqual(judged(unchecked, after([{}], [intent, healthy])), {});
  });

  it("shapes no release, and is no part of what an update asks for", () => {
    const override = { freezeOverride: { version: "1.4.2", reason: "no" } };
    const [plain, frozen] = [resolved(), resolved({ freeze, ...override })];
    assert.equal(frozen.releases[0].id, plain.releases[0].id);
    assert.equal(
      intentOf("bookstore", cloud, frozen, undefined).digest,
      intentOf("bookstore", cloud, plain, undefined).digest,
    );
  });
});

describe("an override in the ledger", () => {
  const passing = { passedAt: new Date(0).toISOString(), revision: null };
  const live = (id: string) => ({ id, version: id, image: "i", shape: {} });

  it("is recorded once, with the release that it let pass", () => {
    const first = recordReleases(undefined, [live("a")], {}, passing, { a: { reason: "CVE" }, b: { reason: "no" } });
    assert.deepEqual(first.entries[0]?.override, { reason: "CVE" });
    const second = recordReleases(first, [live("b")], {}, passing);
    assert.ok(!("override" in (second.entries[0] ?? {})));
    const back = recordReleases(second, [live("a")], {}, passing, { a: { reason: "again" } });
    assert.deepEqual(
      back.entries.map(({ id, override }) => [id, override?.reason]),
      [
        ["a", "CVE"],
        ["b", undefined],
      ],
    );
    assert.deepEqual(readLedger(JSON.parse(JSON.stringify(back))), JSON.parse(JSON.stringify(back)));
  });
});
