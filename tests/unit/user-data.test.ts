import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { renderUserData, userDataLimit } from "../../components/clouds/aws/user-data";
import { parseEnvironmentFile } from "../support/environment-file";

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

const plain = {
  region: "us-east-1",
  variables: { SERVICE_RELEASE: "1-4-2-9f3ab1" } as Record<string, string>,
  secrets: {},
  logGroupName: "bookstore-logs",
  share: undefined,
};
const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-a1b2c3`;
const parameter = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter/${name}`;

function read(text: string): CloudConfig & { file(end: string): string } {
  assert.ok(text.startsWith("#cloud-config\n"));
  const config = JSON.parse(text.slice("#cloud-config\n".length)) as CloudConfig;
  return {
    ...config,
    file: (end) =>
      Buffer.from(
        config.write_files.find(({ path }) => path.endsWith(end))?.content ?? assert.fail(`no ${end}`),
        "base64",
      ).toString(),
  };
}

/** Values that a careless quoting would break. */
const awkward: Record<string, string> = {
  QUOTES: `she said "no", he said 'yes'`,
  DOLLAR: "$HOME ${HOME} $(id) $$",
  BACKTICK: "`id`",
  BACKSLASH: String.raw`C:\books\new \" \\ \$`,
  HASH: "# no comment; nor ; this",
  SPACES: "  around  ",
  EQUALS: "a=b=c",
  UNICODE: "书店 – café",
  PERCENT: "100 %s %d",
  EMPTY: "",
};
const lines = 'first\nsecond "line"\n\n  fourth\\';

describe("user data on AWS", () => {
  it("is cloud-init's JSON, with the variables, the agent and the start of the app", () => {
    const config = read(renderUserData(plain));
    assert.deepEqual(
      config.write_files.map(({ path }) => path),
      ["/etc/immutable-service/environment", "/etc/immutable-service/amazon-cloudwatch-agent.json"],
    );
    assert.equal(config.file("environment"), 'SERVICE_RELEASE="1-4-2-9f3ab1"\n');
    assert.match(
      config.file("agent.json"),
      /"log_group_name":"bookstore-logs","log_stream_name":"1-4-2-9f3ab1\/\{instance_id\}"/,
    );
    assert.deepEqual(config.runcmd.at(-1), ["sh", "-c", "systemctl start immutable-service.service"]);
  });

  it("does not change with the order of the variables", () => {
    const variables = Object.entries({ ...plain.variables, ...awkward });
    assert.equal(
      renderUserData({ ...plain, variables: Object.fromEntries(variables) }),
      renderUserData({ ...plain, variables: Object.fromEntries(variables.reverse()) }),
    );
  });

  it("starts the app only when the share is mounted and the secrets are there", () => {
    const share = { fileSystemId: "fs-1", accessPointId: "fsap-1", path: "/files" };
    const { runcmd } = read(renderUserData({ ...plain, share, secrets: { TOKEN: secret("token") } }));
    assert.deepEqual(runcmd.at(-1), [
      "sh",
      "-c",
      "/etc/immutable-service/fetch-secrets && mountpoint -q /files && systemctl start immutable-service.service",
    ]);
    assert.deepEqual(runcmd.at(-2), ["mount", "-t", "efs", "-o", "tls,iam,accesspoint=fsap-1", "fs-1:/", "/files"]);
  });

  it("is below EC2's limit for a usual service", () => {
    assert.ok(Buffer.byteLength(renderUserData({ ...plain, variables: awkward })) < userDataLimit / 2);
  });

  it("writes variables that systemd reads back as they were", () => {
    const variables = { ...awkward, LINES: lines };
    assert.deepEqual(
      parseEnvironmentFile(read(renderUserData({ ...plain, variables })).file("environment")),
      variables,
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/),
          fc.string({
            unit: fc.oneof(
              fc.constantFrom('"', "'", "\\", "$", "`", "\n", " ", "#"),
              fc.string({ minLength: 1, maxLength: 1 }),
            ),
          }),
        ),
        (any) => {
          assert.deepEqual(
            parseEnvironmentFile(read(renderUserData({ ...plain, variables: any })).file("environment")),
            { ...any },
          );
        },
      ),
    );
  });

  describe("the script that fetches secrets", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "fetch-secrets-"));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /** Runs the script with an `aws` that answers from files, its own folder in place of /run/immutable-service. */
    function fetch(secrets: Record<string, string>, values: Record<string, string>) {
      const script = read(renderUserData({ ...plain, secrets }))
        .file("fetch-secrets")
        .replaceAll("/run/immutable-service", join(folder, "run"));
      writeFileSync(join(folder, "values.json"), JSON.stringify(values));
      const fake = `#!${process.execPath}
const given = process.argv.slice(2);
require("node:fs").appendFileSync(${JSON.stringify(join(folder, "calls"))}, JSON.stringify(given) + "\\n");
const asked = given[given.findIndex((a) => a === "--secret-id" || a === "--name") + 1];
const value = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(join(folder, "values.json"))}, "utf8"))[asked];
if (value === undefined) { console.error("ResourceNotFoundException"); process.exit(254); }
process.stdout.write(value + "\\n");
`;
      writeFileSync(join(folder, "aws"), fake);
      writeFileSync(join(folder, "fetch-secrets"), script);
      for (const file of ["aws", "fetch-secrets"]) chmodSync(join(folder, file), 0o755);
      const { status, stderr } = spawnSync(join(folder, "fetch-secrets"), {
        env: { PATH: `${folder}:/usr/bin:/bin` },
        encoding: "utf8",
      });
      return {
        status,
        stderr,
        file: join(folder, "run/secrets"),
        calls: () =>
          readFileSync(join(folder, "calls"), "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as string[]),
      };
    }

    it("writes a file that systemd reads back as the secrets were", () => {
      const values = { ...awkward, LINES: lines };
      const secrets = Object.fromEntries(Object.keys(values).map((name) => [name, secret(name)]));
      const { status, stderr, file } = fetch(
        secrets,
        Object.fromEntries(Object.entries(values).map(([name, value]) => [secret(name), value])),
      );
      assert.equal(status, 0, stderr);
      assert.deepEqual(parseEnvironmentFile(readFileSync(file, "utf8")), values);
      assert.equal(statSync(file).mode & 0o777, 0o600, "only root reads it");
    });

    it("asks Secrets Manager and SSM, each in its own words", () => {
      const { status, calls } = fetch(
        { A: secret("a"), B: parameter("b") },
        { [secret("a")]: "1", [parameter("b")]: "2" },
      );
      assert.equal(status, 0);
      assert.deepEqual(calls(), [
        [
          "secretsmanager",
          "get-secret-value",
          "--region",
          "us-east-1",
          "--secret-id",
          secret("a"),
          "--query",
          "SecretString",
          "--output",
          "text",
        ],
        [
          "ssm",
          "get-parameter",
          "--region",
          "us-east-1",
          "--with-decryption",
          "--name",
          parameter("b"),
          "--query",
          "Parameter.Value",
          "--output",
          "text",
        ],
      ]);
    });

    it("fails, and leaves no file, when one secret cannot be fetched", () => {
      const { status, stderr, file } = fetch(
        { A: secret("a"), B: secret("b"), C: secret("c") },
        { [secret("a")]: "1", [secret("c")]: "3" },
      );
      assert.notEqual(status, 0);
      assert.match(stderr, /ResourceNotFoundException/);
      assert.throws(() => statSync(file));
    });

    it("tells no secret on its way", () => {
      const { stderr } = fetch({ A: secret("a") }, { [secret("a")]: "swordfish" });
      assert.doesNotMatch(stderr, /swordfish/);
    });
  });
});
