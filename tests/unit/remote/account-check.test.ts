/** The comparison of the provider's account with that of the program's own requests. */
import assert from "node:assert/strict";
import { STSClient } from "@aws-sdk/client-sts";
import { compareAccounts } from "../../../components/clouds/account-check.remote";
import * as alicloud from "../../../components/clouds/alicloud/account-check.remote";
import * as aws from "../../../components/clouds/aws/account-check.remote";
import { answerCommands } from "../../support/aws-commands";
import { ScriptedApi } from "../../support/scripted-api";
import { stackConfig } from "../../support/stack-config";

const inputs = { region: "us-east-1", account: "111111111111" };
const compare = (find: () => Promise<string>, account = inputs.account) =>
  compareAccounts({ ...inputs, account }, find, "set it");

describe("the comparison of accounts", () => {
  it("finds nothing wrong with one account, nor where the provider has none", async () => {
    assert.equal(await compare(() => Promise.resolve("111111111111")), undefined);
    assert.equal(await compare(() => Promise.resolve("222222222222"), ""), undefined);
  });

  it("names both accounts, or why there is only one", async () => {
    assert.equal(
      await compare(() => Promise.resolve("222222222222")),
      "the provider uses the account 111111111111, and the requests that this program makes itself use the account " +
        "222222222222, so nothing was changed: set it",
    );
    assert.equal(
      await compare(() => Promise.reject(new Error("Could not load credentials\nat somewhere"))),
      "the provider uses the account 111111111111, and the requests that this program makes itself have no account " +
        "(Could not load credentials), so nothing was changed: set it",
    );
  });

  describe("on AWS", () => {
    answerCommands([STSClient], () => ({ GetCallerIdentity: () => ({ Account: "222222222222" }) }));

    it("asks STS", async () => {
      assert.match((await aws.check(inputs)) ?? "", /use the account 222222222222.*aws:profile/);
      assert.equal(await aws.check({ ...inputs, account: "222222222222" }), undefined);
    });
  });

  describe("on Alibaba Cloud", () => {
    const api = ScriptedApi.forSuite();
    const configure = stackConfig();

    it("asks STS", async () => {
      configure({ "alicloud:endpoints": [{ sts: api.url }] });
      api.reply = () => ({ AccountId: "2222222222222222" });
      assert.match((await alicloud.check(inputs)) ?? "", /use the account 2222222222222222.*alicloud:profile/);
      assert.deepEqual(api.actions, ["GetCallerIdentity"]);
    });
  });
});
