/** The keys of the remote modules on Alibaba Cloud, from the stack's configuration and the environment. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { keySource } from "../../../components/clouds/alicloud/credentials.remote";
import { ScriptedApi } from "../../support/scripted-api";
import { stackConfig } from "../../support/stack-config";

const variables = [
  ...["ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID", "ALICLOUD_SECRET_KEY"],
  ...["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALICLOUD_PROFILE"],
  ...["ALIBABA_CLOUD_PROFILE", "ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"],
  ...["ALICLOUD_CREDENTIALS_URI", "ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ROLE_ARN", "ALICLOUD_ASSUME_ROLE_ARN"],
  "IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION",
  ...["ALIBABA_CLOUD_OIDC_TOKEN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"],
];
const none = Object.fromEntries(variables.map((name) => [name, undefined]));
const environmentKeys = { ALICLOUD_ACCESS_KEY: "env-key", ALICLOUD_SECRET_KEY: "secret" };

describe("the keys of the remote modules on Alibaba Cloud", () => {
  const api = ScriptedApi.forSuite();
  const set = stackConfig();
  let folder: string, file: string, sidecar: Server;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "alicloud-credentials-"));
    file = join(folder, "profiles.json");
    const keys = (name: string) => ({ name, access_key_id: `${name}-key`, access_key_secret: "secret" });
    const profiles = [
      { ...keys("prod"), mode: "AK", sts_token: "left over" },
      { ...keys("session"), mode: "StsToken", sts_token: "token" },
      { ...keys("ending"), mode: "StsToken", sts_token: "token", sts_expiration: 4_000_000_000 },
      { ...keys("role"), mode: "RamRoleArn", ram_role_arn: "acs:role", ram_session_name: "cli", expired_seconds: 1200 },
      { name: "chain", mode: "ChainableRamRoleArn", ram_role_arn: "acs:role", source_profile: "prod" },
    ];
    writeFileSync(file, JSON.stringify({ current: "default", profiles }));
    writeFileSync(join(folder, "token"), "a token");
    sidecar = createServer((_, response) => {
      const keys = { AccessKeyId: "uri-key", AccessKeySecret: "secret", SecurityToken: "token" };
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ Code: "Success", ...keys, Expiration }));
    });
    await new Promise<void>((resolve) => sidecar.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    sidecar.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    api.reply = (_, { RoleArn = "" }) => ({
      Credentials: {
        ...{ AccessKeyId: `session-of-${RoleArn}`, AccessKeySecret: "s", SecurityToken: "t" },
        Expiration: new Date(Date.now() + (RoleArn.endsWith("short") ? 60_000 : 3_600_000)).toISOString(),
      },
    });
  });

  const configure = (config: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv = {}) => {
    const keys = Object.entries(config).map(([key, value]) => [`alicloud:${key}`, value]);
    set(
      { "alicloud:endpoints": [{ sts: api.url }], ...(Object.fromEntries(keys) as Record<string, unknown>) },
      { ...none, ...env },
    );
  };
  const key = async () => (await keySource()()).accessKeyId;

  it("are the configuration's before the environment's", async () => {
    configure({ accessKey: "own-key", secretKey: "secret", securityToken: "token" }, environmentKeys);
    assert.deepEqual(await keySource()(), {
      ...{ accessKeyId: "own-key", accessKeySecret: "secret", securityToken: "token" },
    });
    configure({}, environmentKeys);
    assert.deepEqual(await keySource()(), { accessKeyId: "env-key", accessKeySecret: "secret" });
    configure({}, { ALIBABA_CLOUD_ACCESS_KEY_ID: "tool-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" });
    assert.equal(await key(), "tool-key");
  });

  it("end for good only where nothing renews them", async () => {
    const end = async () => (await keySource()()).endsAt?.toISOString();
    const common = { sharedCredentialsFile: file };
    configure({ ...common, profile: "session" });
    assert.equal(await end(), undefined);
    configure({ ...common, profile: "ending" });
    assert.equal(await end(), new Date(4_000_000_000_000).toISOString());
    configure({ ...common, profile: "ending", assumeRole: { roleArn: "role" } });
    assert.equal(await end(), new Date(4_000_000_000_000).toISOString());
    configure({ ...common, profile: "prod", assumeRole: { roleArn: "role" } });
    assert.equal(await end(), undefined);
    const oidc = { roleArn: "role", oidcProviderArn: "provider" };
    configure({ assumeRoleWithOidc: { ...oidc, oidcToken: "token" } });
    assert.ok(Date.parse((await end()) ?? "") > Date.now() + 3_500_000);
    configure({ assumeRoleWithOidc: { ...oidc, oidcTokenFile: join(folder, "token") } });
    assert.equal(await end(), undefined);
  });

  it("end when the environment says so, whatever they are", async () => {
    configure({}, { ...environmentKeys, IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: "2026-01-31T12:00:00Z" });
    assert.equal((await keySource()()).endsAt?.toISOString(), "2026-01-31T12:00:00.000Z");
    configure({}, { ...environmentKeys, IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION: "tomorrow" });
    await assert.rejects(keySource()(), /must be a time such as 2026-01-31T12:00:00Z, got tomorrow/);
  });

  it("are a profile's, from the configuration or a variable, and with the file's name from either", async () => {
    configure({ profile: "prod", sharedCredentialsFile: `~/${relative(homedir(), file)}` });
    assert.deepEqual(await keySource()(), { accessKeyId: "prod-key", accessKeySecret: "secret" });
    configure({}, { ALICLOUD_PROFILE: "session", ALICLOUD_SHARED_CREDENTIALS_FILE: file });
    assert.deepEqual(await keySource()(), {
      ...{ accessKeyId: "session-key", accessKeySecret: "secret", securityToken: "token" },
    });
    configure({ profile: "missing", sharedCredentialsFile: file });
    assert.throws(keySource, new Error(`there is no profile missing in ${file}`));
    configure({ profile: "chain", sharedCredentialsFile: file });
    assert.throws(keySource, /chain has the mode ChainableRamRoleArn: it must be in .*\.aliyun\/config\.json/);
  });

  it("are the environment's before a profile's, as the provider has it, and then assume the profile's role", async () => {
    configure({ profile: "missing", sharedCredentialsFile: file }, environmentKeys);
    assert.equal(await key(), "env-key");
    for (const [env, signer] of [
      [{}, "role-key"],
      [environmentKeys, "env-key"],
    ] as const) {
      configure({ profile: "role", sharedCredentialsFile: file }, env);
      assert.equal(await key(), "session-of-acs:role");
      const { fields = {} } = api.requests.at(-1) ?? {};
      assert.equal(fields.AccessKeyId, signer);
      assert.equal(fields.RoleSessionName, "cli");
      assert.equal(fields.DurationSeconds, "1200");
    }
  });

  it("are those of the service that a URI names", async () => {
    configure({ credentialsUri: `http://127.0.0.1:${(sidecar.address() as AddressInfo).port}` });
    assert.equal(await key(), "uri-key");
  });

  it("are those of a role that the keys assume", async () => {
    const assumeRole = { roleArn: "acs:deploy", sessionName: "ci", externalId: "books", policy: "{}" };
    configure({ assumeRole: { ...assumeRole, sessionExpiration: 900 } }, environmentKeys);
    const source = keySource();
    assert.deepEqual(await source(), {
      ...(await source()),
      ...{ accessKeyId: "session-of-acs:deploy", accessKeySecret: "s", securityToken: "t" },
    });
    assert.deepEqual(api.actions, ["AssumeRole"], "a session is used until shortly before it expires");
    const { RoleArn, RoleSessionName, ExternalId, Policy, DurationSeconds } = api.requests[0]?.fields ?? {};
    assert.deepEqual([RoleArn, RoleSessionName, ExternalId, Policy], ["acs:deploy", "ci", "books", "{}"]);
    assert.equal(DurationSeconds, "900");
    configure({ assumeRole: {} }, { ...environmentKeys, ALICLOUD_ASSUME_ROLE_ARN: "acs:from-variable" });
    assert.equal(await key(), "session-of-acs:from-variable");
    configure({}, { ...environmentKeys, ALICLOUD_ASSUME_ROLE_ARN: "acs:from-variable" });
    assert.equal(await key(), "env-key", "the provider reads the variable only for a role of the configuration");
  });

  it("are fetched again shortly before they expire", async () => {
    configure({ assumeRole: { roleArn: "acs:short" } }, environmentKeys);
    const source = keySource();
    await source();
    await source();
    assert.equal(api.requests.length, 2);
  });

  it("are those of a role that an identity provider's token assumes, without a signature", async () => {
    const role = { roleArn: "acs:web", roleSessionName: "ci", oidcProviderArn: "acs:oidc" };
    configure({ assumeRoleWithOidc: { ...role, oidcTokenFile: join(folder, "token") } });
    assert.equal(await key(), "session-of-acs:web");
    const { action, fields = {} } = api.requests[0] ?? {};
    assert.equal(action, "AssumeRoleWithOIDC");
    assert.deepEqual([fields.OIDCToken, fields.OIDCProviderArn, fields.RoleSessionName], ["a token", "acs:oidc", "ci"]);
    assert.ok(!("AccessKeyId" in fields) && !("Signature" in fields));
    configure({ assumeRoleWithOidc: { ...role, oidcToken: "given" } }, environmentKeys);
    assert.equal(await key(), "env-key", "the provider prefers keys");
  });
});
