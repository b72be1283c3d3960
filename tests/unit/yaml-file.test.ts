import assert from "node:assert/strict";
import { PlanFailure } from "../../plan/failure";
import { parseYaml } from "../../plan/offline/yaml-file";

const parse = (text: string) => parseYaml(text, "Pulumi.dev.yaml", "config");

describe("a YAML file", () => {
  it("is read as YAML 1.2, with merged mappings and aliases", () => {
    const { value, problems, lineOf } = parse(
      "config:\n  base: &base {x: 1, y: yes}\n  other:\n    <<: *base\n    x: 2\n  again: *base\n",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(value, {
      config: { base: { x: 1, y: "yes" }, other: { x: 2, y: "yes" }, again: { x: 1, y: "yes" } },
    });
    assert.equal(lineOf(["config", "other", "x"]), 5);
    assert.equal(lineOf(["config", "other", "z"]), undefined);
  });

  it("has no value if it is empty", () => {
    for (const text of ["", "# nothing\n"]) assert.equal(parse(text).value, undefined);
  });

  it("keeps the text of what would be misread, in the part that is checked only", () => {
    const { value, problems } = parse("config: {a: [0123, !!str 0456], b: 2024-01-15}\nsalt: 0123\n");
    assert.deepEqual(value, { config: { a: ["0123", "0456"], b: "2024-01-15" }, salt: 123 });
    assert.deepEqual(problems, [
      { at: ["a", 0], message: 'is not read as it is written: put it in quotes, "0123" (line 1)' },
      { at: ["b"], message: 'is not read as it is written: put it in quotes, "2024-01-15" (line 1)' },
    ]);
  });

  it("shows no value that may be a secret", () => {
    const { problems } = parse("config: {secrets: {DB: 0123}, environment: {API_TOKEN: 0456, TOKEN_TTL: 0789}}");
    const messages = problems.map(({ message }) => message).join("\n");
    assert.doesNotMatch(messages, /0123|0456/);
    assert.match(messages, /"0789"/);
  });

  it("has a character that only the engine takes for the end of a line", () => {
    for (const character of ["\u0085", "\u2028", "\u2029"])
      assert.match(parse(`config: {}\n# a${character}b\n`).problems[0]?.message ?? "", /end of a line \(line 2\)/);
  });

  it("has a YAML directive, an anchor and keys that the engine reads differently or refuses", () => {
    const messagesOf = (text: string) => parse(text).problems.map(({ message }) => message);
    assert.match(messagesOf("%YAML 1.1\n---\nconfig: {a: yes}\n")[0] ?? "", /directive/);
    assert.match(messagesOf("config: {a: &b.c x}\n")[0] ?? "", /anchor/);
    for (const key of ["0x1f", "12", "true", "~", "1.10", "2024-01-15", "? [a]", '"<<"'])
      assert.equal(messagesOf(`config:\n  ${key} : {}\n`).length, 1, key);
  });

  it("is refused for a syntax error, with its place and without its text", () => {
    for (const wrong of [
      'DB: "swordfish',
      "DB: swordfish: x",
      "DB: @swordfish",
      "DB: [swordfish",
      "- }swordfish",
      "DB: x\n\tswordfish",
      "DB: {a: swordfish",
      'DB: "x" swordfish',
      "DB: |swordfish",
      'DB: "\\swordfish"',
      "? swordfish",
      "DB: %swordfish",
    ]) {
      const text = `config:\n  a: 1\n  secrets:\n    ${wrong}\n`;
      try {
        assert.ok(wrong.startsWith("?"), JSON.stringify(parse(text).value));
      } catch (error) {
        if (!(error instanceof Error) || error instanceof assert.AssertionError) throw error;
        assert.match(error.message, /^cannot read Pulumi\.dev\.yaml: .*\(line \d+, column \d+\)$/m);
        assert.doesNotMatch(error.message, /swordfish/, error.message);
      }
    }
    for (const [wrong, hint] of Object.entries({
      "a: b: c": "put a value with a colon or another special character in quotes",
      "DB: arn:aws:secretsmanager:eu-west-1:111122223333:secret:x:url::": "put a value with a colon",
      "secrets: {DB: a:b:url::}": "put a value with a colon",
      "a: @x": "put the value in quotes",
      "a: %x": "put the value in quotes",
      "a: 'it's'": "in which ' is written as ''",
      'a: "\\q"': "write a backslash as \\\\",
      'a: "x': "close each quote",
      "a: [1, 2\n  b: 3": "close what begins with [ or {",
      "a: 1\n   b: 2": "indent all fields of a mapping alike",
      "a: 1\n\tb: 2": "indent with spaces",
      "a: 1\n  a: 2": "remove one of the two",
      "a:1\n  b: 2": "write a space after each key's colon",
      "a: - b": "begin a list on the line after its key",
    }))
      assert.throws(
        () => parse(`config:\n  ${wrong}\n`),
        (error) =>
          error instanceof PlanFailure &&
          error.message.includes(hint) &&
          error.problems.every(({ code, path }) => code === "invalid-yaml" && path === "Pulumi.dev.yaml"),
        wrong,
      );
    assert.throws(() => parse("config: {a: *nowhere}"), /cannot read Pulumi\.dev\.yaml: Unresolved alias/);
  });
});
