/** The stack's outputs, as the plan reads them from a file. */
import assert from "node:assert/strict";
import { PlanFailure } from "../../plan/failure";
import { outputsIn, recordedOf } from "../../plan/stack-outputs";

const entry = {
  id: "1-0-0-abcdef",
  version: "1.0.0",
  image: "a",
  passedAt: "2026-11-22T08:00:00.000Z",
  revision: null,
};
const releases = { format: 1, entries: [entry], values: {} };
const deployed = { format: 1, name: "bookstore", releases: [{ id: entry.id, weight: 100 }] };
const read = (outputs: unknown) => outputsIn(JSON.stringify(outputs), "outputs.json");
const failure = (content: string): string => {
  try {
    outputsIn(content, "outputs.json");
  } catch (error) {
    assert.ok(error instanceof PlanFailure);
    return error.message;
  }
  return assert.fail("it was read");
};

describe("a file with a stack's outputs", () => {
  it("is read as the program reads its own, with and without --show-secrets", () => {
    for (const values of [{}, { [entry.id]: { "environment.TOKEN": "s3cr3t" } }, "[secret]"]) {
      const [service] = read({ url: "http://example.com", deployed, releases: { ...releases, values } });
      assert.deepEqual(service?.ledger?.entries, [entry]);
      assert.equal(service.deployed?.name, "bookstore");
    }
  });

  it("has no ledger as long as no release has had traffic", () => {
    for (const empty of [{}, { format: 1 }, { format: 1, entries: null, values: "[secret]" }])
      assert.deepEqual(read({ deployed: null, releases: empty }), [{ deployed: undefined, ledger: undefined }]);
  });

  it("fails as an update does for a ledger that cannot be read, and never counts as an empty one", () => {
    const newer = failure(JSON.stringify({ deployed, releases: { ...releases, format: 2 } }));
    assert.equal(
      newer,
      "outputs.json: the ledger of releases has format 2, but this version reads format 1 only: update immutable-service",
    );
    for (const bad of [{ ...releases, entries: {} }, { entries: [entry] }, { ...releases, values: 1 }, [], "[secret]"])
      assert.match(failure(JSON.stringify({ deployed, releases: bad })), /^outputs\.json: the ledger of releases/);
    assert.match(
      failure(JSON.stringify({ deployed: { ...deployed, format: 2 }, releases })),
      /^outputs\.json: the stack's output "deployed" has format 2, but this version reads format 1 only/,
    );
  });

  it("is refused by its name if it is something else, with what would be right, and nothing of it is shown", () => {
    const remedy =
      /--ledger takes all outputs of a stack that has been updated, as "pulumi stack output --json" prints/;
    for (const [content, problem] of [
      ["s3cr3t, no JSON", /^outputs\.json is not JSON: /],
      ["", /^outputs\.json is not JSON: /],
      ["{}", /^outputs\.json has no output "releases": /],
      ['["s3cr3t"]', /^outputs\.json has no output "releases": /],
      [JSON.stringify(releases), /^outputs\.json has no output "releases": /],
      [JSON.stringify({ deployed }), /^outputs\.json has no output "releases": /],
    ] as const) {
      const message = failure(content);
      assert.match(message, problem);
      assert.match(message, remedy);
      assert.doesNotMatch(message, /s3cr3t/);
    }
  });

  it("has the outputs of a service under a name, where the program exports them so", () => {
    const library = { deployed: { ...deployed, name: "library" }, releases: { ...releases, entries: [] } };
    const both = read({ api: { deployed, releases }, books: library, region: "us-east-1" });
    assert.equal(recordedOf(both, "bookstore", false)?.ledger?.entries.length, 1);
    assert.equal(recordedOf(both, "library", false)?.ledger?.entries.length, 0);
    assert.equal(recordedOf(both, "archive", false), undefined);
  });

  it("is of the only service, also where that had no name yet or another one", () => {
    for (const before of [null, { ...deployed, name: "library" }]) {
      const outputs = read({ deployed: before, releases });
      assert.equal(recordedOf(outputs, "bookstore", true), outputs[0]);
      assert.equal(recordedOf(outputs, "bookstore", false), undefined);
    }
  });
});
