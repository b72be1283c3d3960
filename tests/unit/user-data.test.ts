import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as alicloud from "../../components/clouds/alicloud/user-data";
import * as aws from "../../components/clouds/aws/user-data";
import type { CloudName } from "../../components/stack-file/schema";
import { parseEnvironmentFile } from "../support/environment-file";
import fc from "../support/properties";

type Texts = Readonly<Record<string, string>>;

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

/** What differs between the clouds; a further cloud does not compile until it is here. */
interface UserDataUnderTest {
  /** Renders user data with a shared file system at `share`, if given. */
  readonly render: (variables: Texts, secrets: Texts, share?: string) => string;
  /** The limit on user data before it is encoded, in bytes. */
  readonly limit: number;
  /** The path and the text of the log agent's file. */
  readonly logAgent: { readonly path: string; readonly text: RegExp };
  /** The command that mounts the share at /files. */
  readonly mount: readonly string[];
  /** The reference to a secret of this name. */
  readonly secret: (name: string) => string;
  /** The name of the command that fetches secrets, and how it prints a value, as an expression of JavaScript. */
  readonly cli: { readonly command: string; readonly option: string; readonly print: string };
  /** The arguments with which the command fetches the secret `a`. */
  readonly fetchArguments: readonly string[];
}

const release = { SERVICE_RELEASE: "1-4-2-9f3ab1" };

const clouds: Readonly<Record<CloudName, UserDataUnderTest>> = {
  aws: {
    render: (variables, secrets, share) =>
      aws.renderUserData({
        region: "us-east-1",
        variables,
        secrets,
        logGroupName: "bookstore-logs",
        share: share === undefined ? undefined : { fileSystemId: "fs-1", accessPointId: "fsap-1", path: share },
      }),
    limit: aws.userDataLimit,
    logAgent: {
      path: "/etc/immutable-service/amazon-cloudwatch-agent.json",
      text: /"log_group_name":"bookstore-logs","log_stream_name":"1-4-2-9f3ab1\/\{instance_id\}"/,
    },
    mount: ["mount", "-t", "efs", "-o", "tls,iam,accesspoint=fsap-1", "fs-1:/", "/files"],
    secret: (name) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-a1b2c3`,
    cli: { command: "aws", option: "--secret-id", print: 'value + "\\n"' },
    fetchArguments: [
      "secretsmanager",
      "get-secret-value",
      "--region",
      "us-east-1",
      "--secret-id",
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-a1b2c3",
      "--query",
      "SecretString",
      "--output",
      "text",
    ],
  },
  alicloud: {
    render: (variables, secrets, share) =>
      alicloud.renderUserData({
        region: "cn-hangzhou",
        variables,
        secrets,
        roleName: "bookstore-instance-1a2b3c",
        machineMark: "bookstore-logs-1a2b3c4d",
        share: share === undefined ? undefined : { server: "1a2b", folder: "/service", path: share },
      }),
    limit: alicloud.userDataLimit,
    logAgent: { path: "/etc/ilogtail/user_defined_id", text: /^bookstore-logs-1a2b3c4d\n$/ },
    mount: [
      "mount",
      "-t",
      "nfs",
      "-o",
      "vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport",
      "1a2b:/service",
      "/files",
    ],
    secret: (name) => `acs:kms:cn-hangzhou:1234567890123456:secret/${name}`,
    cli: {
      command: "aliyun",
      option: "--SecretName",
      print: "JSON.stringify({ SecretName: asked, SecretData: value }, undefined, 2)",
    },
    fetchArguments: [
      "kms",
      "GetSecretValue",
      "--mode",
      "EcsRamRole",
      "--ram-role-name",
      "bookstore-instance-1a2b3c",
      "--region",
      "cn-hangzhou",
      "--endpoint",
      "kms-vpc.cn-hangzhou.aliyuncs.com",
      "--SecretName",
      "a",
    ],
  },
};

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

/** Values that careless quoting would break. */
const awkward: Texts = {
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
  LINES: 'first\nsecond "line"\n\n  fourth\\',
};

/** Runs a fetch-secrets script with a command that answers from `values`, by the name it is asked for. */
function fetchSecrets({ cli, render }: UserDataUnderTest, folder: string, secrets: Texts, values: Texts) {
  const script = read(render(release, secrets))
    .file("fetch-secrets")
    .replaceAll("/run/immutable-service", join(folder, "run"));
  const calls = join(folder, "calls");
  const command = `#!${process.execPath}
const given = process.argv.slice(2);
require("node:fs").appendFileSync(${JSON.stringify(calls)}, JSON.stringify(given) + "\\n");
const asked = given[given.findIndex((argument) => argument === "${cli.option}" || argument === "--name") + 1];
const value = ${JSON.stringify(values)}[asked];
if (value === undefined) { console.error("ResourceNotFoundException"); process.exit(254); }
process.stdout.write(${cli.print});
`;
  for (const [name, text] of Object.entries({ [cli.command]: command, "fetch-secrets": script })) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stderr } = spawnSync(join(folder, "fetch-secrets"), {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: "utf8",
  });
  return {
    status,
    stderr,
    file: join(folder, "run/secrets"),
    calls: () =>
      readFileSync(calls, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as string[]),
  };
}

/** Runs the last command at boot, changed as a test needs it; `calls` are the lines that it has written to $LOG, and "start". */
function boot(runcmd: readonly (readonly string[])[], change: (script: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "boot-"));
  const log = join(folder, "log");
  writeFileSync(log, "");
  try {
    const script = change(runcmd.at(-1)?.[2] ?? "").replace(
      "systemctl start immutable-service.service",
      "echo start >> $LOG",
    );
    const { status } = spawnSync("sh", ["-c", script], { env: { ...process.env, LOG: log } });
    return { status, calls: readFileSync(log, "utf8").trim().split("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [name, cloud] of Object.entries(clouds)) {
  const { render, limit, logAgent, mount, secret, fetchArguments } = cloud;
  /** How the command that fetches secrets names one. */
  const askedAs = (of: string) => (name === "aws" ? secret(of) : of);

  describe(`user data on ${name}`, () => {
    it("writes the variables and the log agent's file, and starts the app", () => {
      const config = read(render(release, {}));
      assert.deepEqual(
        config.write_files.map(({ path, permissions }) => [path, permissions]),
        [
          ["/etc/immutable-service/environment", "0644"],
          [logAgent.path, "0644"],
        ],
      );
      assert.equal(config.file("environment"), 'SERVICE_RELEASE="1-4-2-9f3ab1"\n');
      assert.match(config.file(logAgent.path), logAgent.text);
      assert.equal(config.runcmd.length, 2);
      assert.deepEqual(config.runcmd.at(-1), ["sh", "-c", "systemctl start immutable-service.service"]);
    });

    it("does not depend on the order of the variables", () => {
      const variables = Object.entries({ ...release, ...awkward });
      assert.equal(render(Object.fromEntries(variables), {}), render(Object.fromEntries(variables.reverse()), {}));
    });

    it("starts the app only once the share is mounted and the secrets are fetched", () => {
      const { runcmd } = read(render(release, { TOKEN: secret("token") }, "/files"));
      assert.deepEqual(runcmd.at(-2), ["mkdir", "-p", "/files"]);
      const fetched = "/etc/immutable-service/fetch-secrets";
      // Each fails twice, then succeeds.
      const flaky = `try() { echo "$*" >> $LOG; [ $(grep -cxF "$*" $LOG) -gt 2 ]; }; sleep() { :; }; `;
      const { status, calls } = boot(
        runcmd,
        (script) => flaky + script.replace(fetched, "try fetch").replace("mount", "try mount"),
      );
      assert.equal(status, 0);
      assert.deepEqual(calls, [...Array<string>(3).fill("fetch"), ...Array<string>(3).fill(mount.join(" ")), "start"]);
    });

    it("never starts the app if the share cannot be mounted", () => {
      const { runcmd } = read(render(release, {}, "/files"));
      const broken = `try() { echo "$*" >> $LOG; false; }; sleep() { :; }; `;
      const { status, calls } = boot(runcmd, (script) => broken + script.replace("mount", "try mount"));
      assert.notEqual(status, 0);
      assert.deepEqual(calls, Array<string>(60).fill(mount.join(" ")));
    });

    it("is far below the limit for a usual service", () => {
      assert.ok(Buffer.byteLength(render({ ...release, ...awkward }, {})) < limit / 2);
    });

    it("writes variables that systemd reads back unchanged", () => {
      const readBack = (variables: Texts) => parseEnvironmentFile(read(render(variables, {})).file("environment"));
      assert.deepEqual(readBack(awkward), awkward);
      const text = fc.string({
        unit: fc.oneof(
          fc.constantFrom('"', "'", "\\", "$", "`", "\n", " ", "#"),
          fc.string({ minLength: 1, maxLength: 1 }),
        ),
      });
      fc.assert(
        fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), text), (variables) => {
          assert.deepEqual(readBack(variables), { ...variables });
        }),
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

      it("writes a file that systemd reads back unchanged", () => {
        const names = Object.keys(awkward);
        const { status, stderr, file } = fetchSecrets(
          cloud,
          folder,
          Object.fromEntries(names.map((variable) => [variable, secret(variable)])),
          Object.fromEntries(Object.entries(awkward).map(([variable, value]) => [askedAs(variable), value])),
        );
        assert.equal(status, 0, stderr);
        assert.deepEqual(parseEnvironmentFile(readFileSync(file, "utf8")), awkward);
        assert.equal(statSync(file).mode & 0o777, 0o600, "someone besides root can read it");
      });

      it("calls the cloud's own command", () => {
        const { status, calls } = fetchSecrets(cloud, folder, { A: secret("a") }, { [askedAs("a")]: "1" });
        assert.equal(status, 0);
        assert.deepEqual(calls(), [fetchArguments]);
      });

      it("fails, and leaves no file, if one secret cannot be fetched", () => {
        const { status, stderr, file } = fetchSecrets(
          cloud,
          folder,
          { A: secret("a"), B: secret("b"), C: secret("c") },
          { [askedAs("a")]: "1", [askedAs("c")]: "3" },
        );
        assert.notEqual(status, 0);
        assert.match(stderr, /ResourceNotFoundException/);
        assert.throws(() => statSync(file));
      });

      it("prints no secret", () => {
        const { stderr } = fetchSecrets(cloud, folder, { A: secret("a") }, { [askedAs("a")]: "swordfish" });
        assert.doesNotMatch(stderr, /swordfish/);
      });
    });
  });
}

describe("user data on aws", () => {
  it("reads parameters of Systems Manager too", () => {
    const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/b";
    const folder = mkdtempSync(join(tmpdir(), "fetch-secrets-"));
    try {
      const { status, calls } = fetchSecrets(clouds.aws, folder, { B: parameter }, { [parameter]: "2" });
      assert.equal(status, 0);
      assert.deepEqual(calls(), [
        [
          "ssm",
          "get-parameter",
          "--region",
          "us-east-1",
          "--with-decryption",
          "--name",
          parameter,
          "--query",
          "Parameter.Value",
          "--output",
          "text",
        ],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
