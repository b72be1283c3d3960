import assert from "node:assert/strict";
import { changedFields } from "../../docs/changed-fields";
import { renderChanges, writtenChanges } from "../../docs/changes";
import { cloudNames } from "../../components/stack-file/schema";
import type { Change } from "../../components/stack-file/change-kinds";
import { effectsOf, fieldChanges } from "../../components/stack-file/changes";
import { type PlacementFacts, refusals } from "../../components/stack-file/refusals";

describe("the kinds of change", () => {
  const changesBy = (fields: readonly { path: string; changes: readonly Change[] }[]) =>
    Object.fromEntries(
      fields.map(({ path, changes }) => [path, [...changes].sort()] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );

  it("have an entry for every change that the schema allows, and no other", () => {
    const entries = Object.entries(fieldChanges).map(([path, changes]) => ({
      path,
      changes: Object.keys(changes) as Change[],
    }));
    assert.deepEqual(changesBy(entries), changesBy(changedFields()));
  });

  it("are one or more, and only one where the change is in place or refused", () => {
    for (const { path, changes } of changedFields())
      for (const change of changes)
        for (const cloud of cloudNames) {
          const kinds = effectsOf(path, change, { cloud })?.map(({ kind }) => kind) ?? [];
          assert.ok(kinds.length > 0, `${path} ${change} ${cloud}`);
          if (kinds.includes("refused")) assert.deepEqual(kinds, ["refused"], path);
          assert.ok(!(kinds.includes("inPlace") && kinds.includes("newRelease")), path);
        }
  });

  it("are as docs/changes.md has them", () => {
    assert.equal(writtenChanges(), renderChanges(), "docs/changes.md is stale; run npm run docs");
  });
});

describe("the refusals of a change of placement", () => {
  const facts: PlacementFacts = {
    name: "shop",
    cloud: "aws",
    region: "eu-central-1",
    network: { cidr: "10.0.0.0/16" },
    internal: false,
  };
  const refused = (change: Partial<PlacementFacts>, before: PlacementFacts = facts) =>
    refusals(before, { ...facts, ...change }).map(({ path }) => path);

  it("are none where nothing of it changes", () => {
    assert.deepEqual(refusals(facts, { ...facts, network: { cidr: "10.0.0.0/16" } }), []);
  });

  it("name each change at its path", () => {
    const existing = { vpcId: "vpc-1" };
    assert.deepEqual(refused({ name: "store" }), ["name"]);
    assert.deepEqual(refused({ region: "eu-west-1" }), ["aws:region"]);
    assert.deepEqual(refused({ network: { cidr: "10.1.0.0/16" } }), ["network.cidr"]);
    assert.deepEqual(refused({ network: existing }), ["network"]);
    assert.deepEqual(refused({}, { ...facts, network: existing }), ["network"]);
    assert.deepEqual(refused({ network: { vpcId: "vpc-2" } }, { ...facts, network: existing }), ["network.vpcId"]);
    assert.deepEqual(refused({ internal: true }), ["loadBalancer.internal"]);
    assert.deepEqual(refused({ internal: true, region: "eu-west-1" }), ["aws:region", "loadBalancer.internal"]);
  });

  it("name another cloud alone, whose regions and networks are others anyway", () => {
    assert.deepEqual(refused({ cloud: "alicloud", region: "cn-hangzhou" }), ["immutable-service:cloud"]);
    assert.deepEqual(refused({ cloud: "alicloud", name: "store" }), ["name", "immutable-service:cloud"]);
  });

  it("say what changes, what it would do, and both alternatives", () => {
    const [problem] = refusals(facts, { ...facts, network: { cidr: "10.1.0.0/16" } });
    assert.equal(
      problem?.message,
      'cannot change from "10.0.0.0/16" to "10.1.0.0/16" while a release serves: it would replace the network and all ' +
        "in it, and change the service's address; create a second stack beside this one and move the traffic to it by " +
        "DNS, or, where an outage is acceptable, run pulumi destroy and then pulumi up",
    );
  });
});
