/** Every type of the clouds' providers that the components create has a place in the table of second deletions. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { computes } from "../support/clouds";
import { engineType, secondDeletions } from "../support/second-deletions";

const root = join(__dirname, "../..");

/** The types that a cloud's components create, by their names in the SDK, and the classes of the project. */
function createdOn(cloud: string): ReadonlySet<string> {
  const folder = join(root, "components/clouds", cloud);
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  return new Set(
    code.flatMap((text) =>
      [...text.matchAll(/\bnew ([\w.]+)\(/g)].flatMap(([, name]) => (name === undefined ? [] : [name])),
    ),
  );
}

for (const cloud of ["aws", "alicloud"]) {
  describe(`the second deletion of a resource on ${cloud}`, () => {
    const created = createdOn(cloud);
    const table = Object.entries(secondDeletions).filter(([name]) => name.startsWith(`${cloud}.`));

    it("is decided for every type that the components create", () => {
      const types = [...created].filter((name) => name.startsWith(`${cloud}.`) && name !== `${cloud}.Provider`);
      assert.deepEqual(types.sort(), table.map(([name]) => name).sort());
    });

    it("is ours where the provider fails: its resource is retained, and depends on the one that deletes", () => {
      const golden = computes
        .map((compute) => readFileSync(join(root, "tests/golden", `${cloud}-${compute}-tree.yaml`), "utf8"))
        .join("\n");
      for (const [name, kind] of table) {
        if (!("removedBy" in kind)) continue;
        assert.ok(created.has(kind.removedBy), kind.removedBy);
        const resources = golden.split(/^ +- (?=\S+ \S+:$)/m).filter((text) => text.startsWith(`${engineType(name)} `));
        for (const text of resources) {
          assert.match(text, /^ +retainOnDelete: true$/m, text);
          assert.match(text, new RegExp(`^ +- pulumi-nodejs:dynamic/immutable-service:${kind.removedBy} `, "m"), text);
        }
      }
    });
  });
}
