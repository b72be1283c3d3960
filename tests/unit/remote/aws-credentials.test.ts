/** The credentials of the remote modules on AWS, from the stack's configuration and the environment. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings } from "../../../components/clouds/aws/clients.remote";
import { credentialsOf } from "../../../components/clouds/aws/credentials.remote";
import { stackConfig } from "../../support/stack-config";

describe("the credentials of the remote modules on AWS", () => {
  const configure = stackConfig();
  let folder: string, credentialsFile: string, sts: Server, endpoint: string;
  let requests: Record<string, string>[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "aws-credentials-"));
    credentialsFile = join(folder, "credentials");
    const profile = (name: string) => `[${name}]\naws_access_key_id = ${name}-key\naws_secret_access_key = secret\n`;
    writeFileSync(credentialsFile, profile("default") + profile("prod"));
    writeFileSync(join(folder, "token"), "a token");
    sts = createServer((request, response) => {
      const body: Buffer[] = [];
      request.on("data", (part: Buffer) => body.push(part));
      request.on("end", () => {
        const [, signer = ""] = /Credential=([^/]+)/.exec(request.headers.authorization ?? "") ?? [];
        const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(body).toString("utf8")));
        requests.push({ ...fields, signer });
        const { Action: action = "", RoleArn: role = "" } = fields;
        const expiration = new Date(Date.now() + (role.endsWith("short") ? 60_000 : 3_600_000)).toISOString();
        response.end(
          `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
            `<AccessKeyId>session-of-${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>` +
            `<Expiration>${expiration}</Expiration></Credentials></${action}Result></${action}Response>`,
        );
      });
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests = [];
  });
  after(() => {
    sts.close();
    rmSync(folder, { recursive: true });
  });

  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    ...{ AWS_ACCESS_KEY_ID: "env-key", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: undefined },
    ...{ AWS_CREDENTIAL_EXPIRATION: undefined, IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: undefined },
    ...{ AWS_PROFILE: undefined, AWS_SHARED_CREDENTIALS_FILE: credentialsFile, AWS_CONFIG_FILE: join(folder, "none") },
    ...more,
  });
  const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const find = () => credentialsOf("us-east-1", { endpoint });
  const key = async () => (await find()()).accessKeyId;

  it("are the configuration's keys before everything else", async () => {
    configure(
      { "aws:accessKey": "own-key", "aws:secretKey": "secret", "aws:token": "token", "aws:profile": "prod" },
      environment(),
    );
    assert.deepEqual(await find()(), { accessKeyId: "own-key", secretAccessKey: "secret", sessionToken: "token" });
  });

  it("are those of the configuration's profile before the environment's, and of its file", async () => {
    configure({ "aws:profile": "prod" }, environment());
    assert.equal(await key(), "prod-key");
    const other = join(folder, "other");
    writeFileSync(other, "[prod]\naws_access_key_id = other-key\naws_secret_access_key = secret\n");
    for (const path of [other, `~/${relative(homedir(), other)}`]) {
      configure({ "aws:profile": "prod", "aws:sharedCredentialsFiles": [path] }, environment());
      assert.equal(await key(), "other-key");
    }
    configure({ "aws:profile": "missing" }, environment());
    await assert.rejects(key(), /missing/);
  });

  it("are the environment's keys before AWS_PROFILE, as the provider has it", async () => {
    configure({}, environment({ AWS_PROFILE: "prod" }));
    assert.equal(await key(), "env-key");
    configure({}, environment({ AWS_PROFILE: "prod", ...noKeys }));
    assert.equal(await key(), "prod-key");
    configure({}, environment(noKeys));
    assert.equal(await key(), "default-key");
  });

  it("end for good only where nothing renews them", async () => {
    const end = async () => (await find()()).endsAt?.toISOString();
    const soon = new Date(Date.now() + 600_000).toISOString();
    const late = new Date(Date.now() + 7_200_000).toISOString();
    configure({}, environment());
    assert.equal(await end(), undefined);
    configure({}, environment({ AWS_CREDENTIAL_EXPIRATION: soon }));
    assert.equal(await end(), soon);
    configure({ "aws:assumeRoles": [{ roleArn: "role" }] }, environment());
    assert.equal(await end(), undefined);
    // The session lasts an hour, and can be renewed until its master's end.
    for (const [master, within] of [
      [soon, [3_500_000, 3_700_000]],
      [late, [7_100_000, 7_300_000]],
    ] as const) {
      configure({ "aws:assumeRoles": [{ roleArn: "role" }] }, environment({ AWS_CREDENTIAL_EXPIRATION: master }));
      const left = Date.parse((await end()) ?? "") - Date.now();
      assert.ok(left > within[0] && left < within[1], `${left} ms`);
    }
    const byToken = { roleArn: "role", webIdentityToken: "token" };
    configure({ "aws:assumeRoleWithWebIdentity": byToken }, environment());
    assert.ok(Date.parse((await end()) ?? "") > Date.now() + 3_500_000);
    const byFile = { roleArn: "role", webIdentityTokenFile: join(folder, "token") };
    configure({ "aws:assumeRoleWithWebIdentity": byFile }, environment());
    assert.equal(await end(), undefined);
  });

  it("end when the environment says so, whatever they are", async () => {
    const stated = { IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: "2026-01-31T12:00:00Z" };
    configure({ "aws:profile": "prod" }, environment(stated));
    assert.equal((await find()()).endsAt?.toISOString(), "2026-01-31T12:00:00.000Z");
    configure({}, environment({ IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: "tomorrow" }));
    await assert.rejects(find()(), /must be a time such as 2026-01-31T12:00:00Z, got tomorrow/);
  });

  it("are those of the last of a chain of roles, each assumed by the one before", async () => {
    configure(
      {
        "aws:assumeRoles": [
          { roleArn: "arn:first", sessionName: "first" },
          {
            ...{ roleArn: "arn:second", sessionName: "second", externalId: "books", policy: "{}", duration: "1h30m" },
            ...{
              policyArns: ["arn:policy"],
              sourceIdentity: "ci",
              tags: { team: "books" },
              transitiveTagKeys: ["team"],
            },
          },
        ],
      },
      environment(),
    );
    const provider = find();
    assert.equal((await provider()).accessKeyId, "session-of-arn:second");
    const version = { Action: "AssumeRole", Version: "2011-06-15" };
    assert.deepEqual(requests, [
      { ...version, RoleArn: "arn:first", RoleSessionName: "first", signer: "env-key" },
      {
        ...{ ...version, RoleArn: "arn:second", RoleSessionName: "second", signer: "session-of-arn:first" },
        ...{ ExternalId: "books", Policy: "{}", DurationSeconds: "5400", "PolicyArns.member.1.arn": "arn:policy" },
        ...{ SourceIdentity: "ci", "Tags.member.1.Key": "team", "Tags.member.1.Value": "books" },
        "TransitiveTagKeys.member.1": "team",
      },
    ]);
    await provider();
    assert.equal(requests.length, 2, "a session is used until shortly before it expires");
  });

  it("are fetched again shortly before they expire", async () => {
    configure({ "aws:assumeRoles": [{ roleArn: "arn:short" }] }, environment());
    const provider = find();
    await provider();
    await provider();
    assert.equal(requests.length, 2);
  });

  it("are those of a web identity, and of a role that it assumes", async () => {
    const webIdentity = { roleArn: "arn:web", sessionName: "ci", duration: "900s", policy: "{}" };
    configure(
      {
        "aws:assumeRoleWithWebIdentity": { ...webIdentity, webIdentityTokenFile: join(folder, "token") },
        "aws:assumeRoles": [{ roleArn: "arn:deploy", sessionName: "deploy" }],
      },
      environment(noKeys),
    );
    assert.equal(await key(), "session-of-arn:deploy");
    const [first, second] = requests;
    assert.deepEqual(first, {
      ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: "arn:web", RoleSessionName: "ci" },
      ...{ WebIdentityToken: "a token", DurationSeconds: "900", Policy: "{}", signer: "" },
    });
    assert.equal(second?.signer, "session-of-arn:web");
    configure({ "aws:assumeRoleWithWebIdentity": { ...webIdentity, webIdentityToken: "given" } }, environment(noKeys));
    assert.equal(await key(), "session-of-arn:web");
    assert.equal(requests.at(-1)?.WebIdentityToken, "given");
  });

  it("are none where a duration cannot be read", () => {
    configure({ "aws:assumeRoles": [{ roleArn: "arn:first", duration: "soon" }] }, environment());
    assert.throws(find, /the duration of a role's session must be such as 1h or 45m, got soon/);
  });
});

describe("the clients of the remote modules on AWS", () => {
  const configure = stackConfig();

  it("have the endpoints of the configuration, by any of their names", () => {
    configure({ "aws:endpoints": [{ ec2: "http://ec2.test", elasticloadbalancingv2: "http://elb.test" }, { s3: "" }] });
    const endpoint = (service: Parameters<typeof clientSettings>[1]) => clientSettings("us-east-1", service).endpoint;
    assert.equal(endpoint("ec2"), "http://ec2.test");
    assert.equal(endpoint("elastic-load-balancing"), "http://elb.test");
    for (const service of ["s3", "iam"] as const)
      assert.ok(!("endpoint" in clientSettings("us-east-1", service)), "the environment's endpoint is not overridden");
  });

  it("send their requests through the environment's proxy", async () => {
    const requests: (string | undefined)[] = [];
    const proxy = createServer(({ url }, response) => {
      requests.push(url);
      response.end("<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    configure({
      ...{ "aws:accessKey": "key", "aws:secretKey": "secret" },
      "aws:endpoints": [{ sts: "http://sts.example" }],
    });
    const before = { ...process.env };
    Object.assign(process.env, {
      http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      no_proxy: "127.0.0.1",
    });
    const client = new STSClient(clientSettings("eu-west-1", "sts"));
    try {
      await client.send(new GetCallerIdentityCommand());
    } finally {
      process.env = before;
      client.destroy();
      proxy.close();
    }
    assert.deepEqual(requests, ["http://sts.example/"]);
  });

  it("have the configuration's switches, and otherwise those of the environment", () => {
    configure({ "aws:useFipsEndpoint": true, "aws:useDualstackEndpoint": false, "aws:s3UsePathStyle": true });
    const { useFipsEndpoint, useDualstackEndpoint } = clientSettings("us-east-1", "iam");
    assert.deepEqual([useFipsEndpoint, useDualstackEndpoint], [true, false]);
    assert.ok(!("forcePathStyle" in clientSettings("us-east-1", "iam")));
    assert.equal(clientSettings("us-east-1", "s3").forcePathStyle, true);
    configure({});
    for (const name of ["useFipsEndpoint", "useDualstackEndpoint", "forcePathStyle"])
      assert.ok(!(name in clientSettings("us-east-1", "s3")), name);
  });
});
