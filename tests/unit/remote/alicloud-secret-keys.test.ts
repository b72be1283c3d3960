/** Which keys an app on Alibaba Cloud needs to read its secrets. */
import assert from "node:assert/strict";
import * as lookup from "../../../components/clouds/alicloud/secret-keys.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("the keys of secrets on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  const account = "acs:kms:cn-hangzhou:1234567890123456";
  const keysOf = async (...names: readonly string[]) => {
    const secrets = names.map((name) => `${account}:secret/${name}`);
    return (await lookup.create({ region: "cn-hangzhou", endpoint: api.url, secrets })).outs.keys;
  };
  const keys: Readonly<Record<string, string>> = {
    "books/db": "key-1",
    "books/mail": "key-1",
    own: "",
    alias: "alias/acs/kms",
  };

  it("are those that the secrets name, each once, and none of KMS's own", async () => {
    api.reply = (_action, { SecretName = "" }) => ({ EncryptionKeyId: keys[SecretName] });
    assert.deepEqual(await keysOf("books/db", "books/mail", "own", "alias"), [`${account}:key/key-1`]);
    assert.deepEqual([...new Set(api.actions)], ["DescribeSecret"]);
  });

  it("cannot be found for a secret that does not exist, which fails the update", async () => {
    api.reply = () => refusal("Forbidden.ResourceNotFound");
    await assert.rejects(keysOf("books/db"), /the secret acs:kms:\S+:secret\/books\/db does not exist/);
  });

  it("are all keys where the credentials may not look", async () => {
    api.reply = () => refusal("Forbidden.NoPermission");
    assert.deepEqual(await keysOf("books/db"), [`${account}:key/*`]);
  });
});
