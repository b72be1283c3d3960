/** Edits of a stack file's text. */
import assert from "node:assert/strict";
import { type FieldEdit, edited } from "../../release/edit/yaml-edit";

const at = (...field: (string | number)[]) => ["config", "s:service", ...field];
const file = (service: string) => `config:
  # Where it runs.
  aws:region: us-east-1
  s:service:
${service}  other: 1 # stays
`;
const edit = (before: string, ...edits: FieldEdit[]) => edited(file(before), edits, "Pulumi.test.yaml");

describe("the edit of a stack file", () => {
  it("replaces a value in its place, with the quotes and the comment that it has", () => {
    const before = `    version: "1.4.2" # the one of May\n    image: 'a' # an image\n    port: 8080\n`;
    assert.equal(
      edit(
        before,
        { path: at("version"), value: "1.4.1" },
        { path: at("image"), value: "it's" },
        { path: at("port"), value: 80 },
      ),
      file(`    version: "1.4.1" # the one of May\n    image: 'it''s' # an image\n    port: 80\n`),
    );
  });

  it("puts a text in quotes that would be a number without", () => {
    assert.match(edit("    version: a\n", { path: at("version"), value: "1.4" }), /^ {4}version: "1\.4"$/m);
  });

  it("replaces, adds and removes a mapping, and leaves what is around it", () => {
    const before = `    # What the app reads.\n    environment:\n      A: b # for now\n\n    # The end.\n    port: 8080\n`;
    assert.equal(
      edit(before, { path: at("environment"), value: { A: "c", D: "on" } }),
      file(
        `    # What the app reads.\n    environment:\n      A: c\n      D: "on"\n\n    # The end.\n    port: 8080\n`,
      ),
    );
    assert.equal(
      edit(before, { path: at("environment"), value: undefined }),
      file(`    # What the app reads.\n\n    # The end.\n    port: 8080\n`),
    );
    assert.equal(
      edit(before, { path: at("secrets"), value: { KEY: "arn" } }),
      file(`${before}    secrets:\n      KEY: arn\n`),
    );
  });

  it("edits one field of a list's item, in lines or in braces", () => {
    assert.equal(
      edit(`    releases:\n      - version: 1.4.1 # before\n        weight: 90\n    port: 80\n`, {
        path: at("releases", 0, "weight"),
        value: 5,
      }),
      file(`    releases:\n      - version: 1.4.1 # before\n        weight: 5\n    port: 80\n`),
    );
    assert.equal(
      edit(`    releases:\n      - {version: 1.4.1, weight: 90} # before\n`, {
        path: at("releases", 0, "weight"),
        value: 5,
      }),
      file(`    releases:\n      - {version: 1.4.1, weight: 5} # before\n`),
    );
  });

  it("writes a mapping in braces anew where a field is added to it", () => {
    assert.equal(
      edit(`    size: {cpu: 1} # small\n    port: 80\n`, { path: at("size", "memoryGiB"), value: 2 }),
      file(`    size: {cpu: 1, memoryGiB: 2} # small\n    port: 80\n`),
    );
  });

  it("adds a field at the end of a file without a last line break", () => {
    assert.equal(edited("a:\n  b: 1", [{ path: ["a", "c"], value: 2 }], "f"), "a:\n  b: 1\n  c: 2");
  });

  it("is refused where another field would change with it", () => {
    const before = `    size: &size {cpu: 1}\n    releases:\n      - version: 1.4.1\n        size: *size\n`;
    assert.throws(
      () => edit(before, { path: at("size"), value: { cpu: 2 } }),
      /cannot edit Pulumi\.test\.yaml: config\.s:service\.size cannot be set without changing what is around it/,
    );
  });
});
