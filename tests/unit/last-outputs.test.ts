/** What a program reads of its own stack before an update. */
import assert from "node:assert/strict";
import { type LastOutputs, lastOutputs } from "../../components/last-outputs";
import { run } from "../support/monitor";

const stackUrn = "urn:pulumi:dev::immutable-service::pulumi:pulumi:Stack::immutable-service-dev";
const deployed = { format: 1, name: "bookstore", digest: "abcdef", attempt: 2 };

async function read(outputs: object, output?: string): Promise<LastOutputs> {
  let last: LastOutputs | undefined;
  const { error } = await run(
    async () => {
      last = await lastOutputs(output);
    },
    { state: { [stackUrn]: { type: "pulumi:pulumi:Stack", outputs } } },
  );
  if (error) throw error;
  assert.ok(last);
  return last;
}

describe("a stack's last outputs", () => {
  it("are nothing before the first update has passed", async () => {
    assert.equal((await read({})).deployed, undefined);
  });

  it("have what was deployed, and every resource of the state", async () => {
    const last = await read({ deployed });
    assert.deepEqual(last.deployed, deployed);
    assert.deepEqual(
      last.resources.map(({ urn }) => urn),
      [stackUrn],
    );
  });

  it("are read from the output that a program names", async () => {
    assert.deepEqual((await read({ api: { deployed } }, "api")).deployed, deployed);
    assert.equal((await read({ deployed }, "api")).deployed, undefined);
  });

  it("have the ledger of releases, which no error makes an empty one", async () => {
    const entry = { id: "1-0-0-abcdef", version: "1.0.0", image: "a", passedAt: "2026-11-22T08:00:00.000Z" };
    const releases = { format: 1, entries: [entry], values: {} };
    assert.equal((await read({ deployed })).ledger, undefined);
    assert.deepEqual((await read({ deployed, releases })).ledger?.entries, [{ ...entry, revision: null }]);
    assert.deepEqual((await read({ api: { deployed, releases } }, "api")).ledger?.entries.length, 1);
    for (const unrecorded of [{}, { format: 1 }])
      assert.equal((await read({ deployed, releases: unrecorded })).ledger, undefined);
    for (const bad of [{ ...releases, format: 2 }, { ...releases, entries: {} }, [], "releases"])
      await assert.rejects(read({ deployed, releases: bad }), /^Error: the ledger of releases/);
  });

  it("of a newer format are refused", async () => {
    await assert.rejects(
      read({ deployed: { ...deployed, format: 2 } }),
      /has format 2, but this version reads format 1/,
    );
  });
});
