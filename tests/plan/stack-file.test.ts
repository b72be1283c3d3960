import assert from "node:assert/strict";
import { Project, stackFile } from "./project";

/** The values that no plan and no message may show. */
const password = "hunter2-31415";

const withEnvironment = (environment: string, rest = "") =>
  stackFile.replace("environment: {CATALOGUE: spring}", `environment: {CATALOGUE: spring, ${environment}}${rest}`);

describe("the plan of a stack file", () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  const planOf = (text: string, ...args: string[]) => {
    project.write("Pulumi.dev.yaml", text);
    return project.plan(...args);
  };
  const problemsOf = async (text: string): Promise<Record<string, string>> => {
    const { code, stdout } = await planOf(text, "--format", "json");
    assert.equal(code, 1, stdout);
    const { problems } = JSON.parse(stdout) as { problems: { path: string; message: string }[] };
    return Object.fromEntries(problems.map(({ path, message }) => [path, message]));
  };

  it("reports what would be misread with its line, what is encrypted, and the program's problems, all at once", async () => {
    const text = withEnvironment("ZIP: 0123, TOKEN: {secure: v1:abc}, SIZE: 20", "\n    secrets: {DB: {secure: v1:d}}")
      .replace("version: 1.4.2", "version: 2024-01-15")
      .replace("cpu: 0.5", "cpu: half")
      .replace("config:\n", "config:\n  aws:maxRetries: 1_0\n");
    const { code, stdout, stderr } = await planOf(text);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.deepEqual(
      stderr
        .trim()
        .split("\n")
        .map((line) => line.replace(/ \(pulumi config[^]*?the instances/, "")),
      [
        "7 problems in the stack file, nothing was changed:",
        '  aws:maxRetries: is not read as it is written: put it in quotes, "1_0" (line 2)',
        '  immutable-service:service.version: is not read as it is written: put it in quotes, "2024-01-15" (line 7)',
        '  immutable-service:service.environment.ZIP: is not read as it is written: put it in quotes, "0123" (line 12)',
        "  immutable-service:service.environment.TOKEN: is encrypted: store it in the cloud's secret store, and give a " +
          "reference under secrets (line 12)",
        "  immutable-service:service.secrets.DB: is encrypted: a reference is no secret, give it as it is (line 13)",
        '  size.cpu: must be a number of vCPUs from 0.25 to 192, got "half"',
        '  environment.SIZE: must be a string, got 20; put it in quotes, such as "20"',
      ],
    );
  });

  it("refuses tags, keys, texts and documents that the engine reads differently", async () => {
    const text = `${stackFile}    tags:
      binary: !!binary aGVsbG8=
      own: !mine x
      0x1f: key
      2024-01-15: date
      first: |

        empty line
      slash: "a\\/b"
      "<<": {a: b}
---
config: {}
`;
    const at = (name: string) => `immutable-service:service.tags.${name}`;
    const problems = await problemsOf(text);
    assert.match(problems[at("binary")] ?? "", /has the tag !!binary.*put the value in quotes, without a tag/);
    assert.match(problems[at("own")] ?? "", /has the tag !mine/);
    assert.match(problems[at("0x1f")] ?? "", /is a key that is not read as it is written: put it in quotes/);
    assert.match(problems[at("first")] ?? "", /begins with an empty line/);
    assert.match(problems[at("slash")] ?? "", /has an escape that the engine refuses/);
    assert.match(problems["immutable-service:service.tags"] ?? "", /has a key << in quotes/);
    assert.match(problems["Pulumi.dev.yaml"] ?? "", /has a second document \(line \d+\)/);
  });

  it("finds what would be misread in Pulumi.yaml, and behind an alias", async () => {
    const manifest = "name: immutable-service\nruntime: nodejs\nmain: index.ts\n";
    project.write("Pulumi.yaml", `${manifest}config: {"aws:x": {value: 0123}}\n`);
    const text = stackFile.replace("config:", "shared: &shared {ZIP: 0456}\nconfig:");
    const problems = await problemsOf(text.replace("environment: {", "environment: {<<: *shared, "));
    project.write("Pulumi.yaml", manifest);
    assert.deepEqual(Object.keys(problems), ["Pulumi.yaml.aws:x.value", "immutable-service:service.environment.ZIP"]);
    assert.match(problems["immutable-service:service.environment.ZIP"] ?? "", /"0456" \(line 1\)$/);
  });

  it("never shows a value under secrets, nor the line of a syntax error", async () => {
    for (const wrong of [`{DB: ${password}, PIN: 0x27182818}`, `{DB: "${password}}`]) {
      const { code, stdout, stderr } = await planOf(`${stackFile}    secrets: ${wrong}\n`, "--format", "json");
      assert.equal(code, 1, wrong);
      assert.doesNotMatch(stdout + stderr, new RegExp(`${password}|27182818`), wrong);
      assert.doesNotMatch(stderr, /\n\s+at /, wrong);
    }
  });

  it("keeps a placeholder for an encrypted value elsewhere, and names its key", async () => {
    const { code, stdout, stderr } = await planOf(
      stackFile.replace("config:\n", "config:\n  alicloud:secretKey: {secure: v1:abc}\n"),
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Encrypted values cannot be read offline[^]*alicloud:secretKey/);
  });

  it("says that it does not read environments of Pulumi ESC", async () => {
    const { code, stdout, stderr } = await planOf(`environment: [shared]\n${stackFile}`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /The key environment of Pulumi\.dev\.yaml names environments of Pulumi ESC/);
    assert.doesNotMatch((await planOf(stackFile)).stdout, /ESC/);
  });

  describe("with what looks like a credential in environment", () => {
    const url = "postgres://orders:swordfish@db.example.com/orders";
    const text = withEnvironment(`DB_PASSWORD: ${password}, DATABASE: "${url}"`);
    const shown = /hunter2|swordfish/;

    it("masks the value in every format and warns, also on a virtual machine", async () => {
      for (const [compute, formats] of Object.entries({ container: ["text", "markdown", "json"], vm: ["json"] }))
        for (const format of formats) {
          const { code, stdout, stderr } = await planOf(
            compute === "vm"
              ? text.replace("compute: container", "compute: vm").replace(/image: .*/, "image: ami-0123456789abcdef0")
              : text,
            "--format",
            format,
          );
          assert.equal(code, 0, stderr);
          assert.doesNotMatch(stdout + stderr, shown);
          assert.match(stdout, /DB\\?_PASSWORD=\\?\[masked [0-9a-f]{6}\\?\]/);
          assert.match(stdout, /environment\.DB\\?_PASSWORD looks like a credential/);
          assert.match(stdout, /environment\.DATABASE looks like a credential/);
          assert.doesNotMatch(stdout, /environment\.CATALOGUE looks/);
          if (format === "json")
            assert.doesNotMatch(decodedIn(stdout), shown, `the user data of ${compute} has the value in base64`);
        }
    });

    it("shows that it changes, without the values", async () => {
      project.write("Pulumi.dev.yaml", text);
      const commit = project.commit();
      for (const format of ["markdown", "json"]) {
        const { code, stdout, stderr } = await planOf(
          text.replace(password, "hunter2-27182"),
          ...["--against", commit, "--format", format],
        );
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stdout + stderr, shown);
        assert.match(stdout, /environment\.DB\\?_PASSWORD/);
      }
    });
  });
});

/** Everything in a text that is base64, decoded twice: files in user data are base64 themselves. */
function decodedIn(text: string): string {
  const decoded = (from: string) =>
    [...from.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([part]) => Buffer.from(part, "base64").toString()).join("\n");
  return `${decoded(text)}\n${decoded(decoded(text))}`;
}
