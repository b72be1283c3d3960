/** Which release is kept without traffic, and why one is not. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { aws } from "../../components";
import { plainShape } from "../../components/id";
import type { LastOutputs } from "../../components/last-outputs";
import { type Ledger, recordReleases } from "../../components/ledger-entries";
import { previousOf } from "../../components/previous";
import type { Deployed } from "../../components/recorded-outputs";
import type { ServiceArgs } from "../../components/spec";
import { omit } from "../../components/stack-file/values";
import { digest, resolved } from "../support/service";

const cloud = aws({ project: "immutable-service", stack: "dev", region: "us-east-1" });
const previous = { keep: true, holdFor: 600 };

/**
 * What a stack has recorded after these releases had traffic, one after the other; the last update's split has the
 * last `split` ones.
 */
function after(changes: readonly Partial<ServiceArgs>[], split = 1, values: Ledger["values"] = {}): LastOutputs {
  const releases = changes.map((change) => resolved(change).releases[0]);
  const passing = { passedAt: new Date(0).toISOString(), revision: null };
  const ledger = releases.reduce<Ledger | undefined>(
    (before, { id, version, shape }) =>
      recordReleases(
        before,
        [{ id, version, image: `image of ${version}`, shape: plainShape(shape) }],
        values,
        passing,
      ),
    undefined,
  );
  const inSplit = releases.slice(-split).reverse();
  const served = inSplit.map(({ id, version }, index) => ({ id, version, image: "", weight: index === 0 ? 100 : 0 }));
  const resources = releases.map(({ id }) => ({
    urn: `urn:pulumi:dev::immutable-service::a$b::bookstore-${id}-healthy`,
    ...{ type: "pulumi-nodejs:dynamic/immutable-service:HealthyTargets", outputs: {} },
  }));
  return { deployed: { releases: served } as unknown as Deployed, ledger, resources };
}
const keptBy = (change: Partial<ServiceArgs>, last: LastOutputs | undefined) =>
  previousOf(resolved({ previous, ...change }), cloud, last);

describe("the release that is kept", () => {
  it("is the one that served, with the image that it started from and no traffic", () => {
    const [before] = resolved({}).releases;
    const { kept, note } = keptBy({ version: "2.0.0" }, after([{}]));
    assert.equal(note, undefined);
    const { shape, ...others } = before;
    const wanted = { ...others, weight: 0, kept: { image: `image of ${before.version}`, holdFor: 600 } };
    assert.deepEqual({ ...kept, shape: undefined }, { ...wanted, shape: undefined });
    assert.deepEqual(kept && plainShape(kept.shape), plainShape(shape));
  });

  it("stays the same in the next update, and is the release that went wrong after a revert", () => {
    const both = after([{}, { version: "2.0.0" }], 2);
    assert.equal(keptBy({ version: "2.0.0" }, both).kept?.version, resolved({}).releases[0].version);
    assert.equal(keptBy({}, both).kept?.version, "2.0.0");
  });

  it("is one only: the release that served last", () => {
    const both = after([{}, { version: "2.0.0" }], 2);
    assert.equal(keptBy({ version: "3.0.0" }, both).kept?.version, "2.0.0");
  });

  it("is none without the setting, the ledger or a release before, or where it is gone", () => {
    const nothing = { kept: undefined, note: undefined };
    assert.deepEqual(keptBy({ version: "2.0.0", previous: undefined }, after([{}])), nothing);
    assert.deepEqual(keptBy({ version: "2.0.0", previous: { keep: false } }, after([{}])), nothing);
    assert.deepEqual(keptBy({ version: "2.0.0" }, undefined), nothing);
    assert.deepEqual(keptBy({}, after([{}])), nothing);
    assert.deepEqual(keptBy({ version: "2.0.0" }, { ...after([{}]), resources: [] }), nothing);
    assert.deepEqual(keptBy({ version: "2.0.0" }, after([{}, { version: "2.0.0" }], 1)), nothing);
  });

  it("is held for an hour where the stack file does not say it", () => {
    assert.equal(keptBy({ version: "2.0.0", previous: { keep: true } }, after([{}])).kept?.kept?.holdFor, 3600);
  });

  it("has the values that it held, as secrets", async () => {
    const environment = { HOST: pulumi.output("db") as unknown as string };
    const [{ id }] = resolved({ environment }).releases;
    const last = after([{ environment }], 1, { [id]: { "environment.HOST": "db.internal" } });
    const { kept } = keptBy({ version: "2.0.0" }, last);
    assert.deepEqual(kept?.heldInputs, ["environment.HOST"]);
    const value = kept.shape.environment.HOST as unknown as pulumi.Output<string>;
    assert.equal(await new Promise((done) => value.apply(done)), "db.internal");
    assert.equal(await pulumi.isSecret(value), true);
    assert.match(keptBy({ version: "2.0.0" }, after([{ environment }])).note ?? "", /the ledger lacks values of it/);
  });

  for (const [what, change, note] of [
    [
      "another compute",
      { compute: "vm", image: `ami-${"1".repeat(17)}` },
      /it runs on container, and the service on vm/,
    ],
    ["other files", { files: {} }, /the service has other files/],
    ["fewer zones", { network: { zones: ["use1-az1", "use1-az4"] } }, /no longer has use1-az2/],
  ] as const)
    it(`is deleted with a sentence where the service has ${what}`, () => {
      const { kept, note: said } = keptBy({ version: "2.0.0", ...(change as Partial<ServiceArgs>) }, after([{}]));
      assert.equal(kept, undefined);
      assert.match(said ?? "", /^the release 1-4-2-[0-9a-f]{6} is not kept, and deleted once it has no traffic: /);
      assert.match(said ?? "", note);
    });

  it("is deleted with a sentence beside five releases of the stack file", () => {
    const releases = [1, 2, 3, 4].map((one) => ({ version: `1.0.${one}`, image: digest("c"), weight: 10 }));
    const { kept, note } = keptBy({ version: "2.0.0", releases }, after([{}]));
    assert.equal(kept, undefined);
    assert.match(note ?? "", /the stack file has 5 releases, and no more can share the requests/);
  });

  it("is deleted with a sentence where this version would make something else of it, or lacks its shape", () => {
    const { container } = cloud.platforms;
    const instanceShape: typeof container.instanceShape = (size, architecture) => ({
      ...container.instanceShape(size, architecture),
      templateRevision: 99,
    });
    const changed = { ...cloud, platforms: { ...cloud.platforms, container: { ...container, instanceShape } } };
    const spec = resolved({ previous, version: "2.0.0" });
    assert.match(previousOf(spec, changed, after([{}])).note ?? "", /would make something else of it/);
    const last = after([{}, { version: "2.0.0" }, { image: digest("b"), version: "3.0.0" }], 3);
    const { entries = [], ...ledger } = last.ledger ?? {};
    const short = { ...last, ledger: { ...ledger, entries: entries.map((entry) => omit(entry, ["shape"])) } as Ledger };
    assert.match(previousOf(spec, cloud, short).note ?? "", /what shapes the two newest ones only/);
  });
});
