/** Several accounts: a request sees what belongs to the account of its access key. */
import assert from "node:assert/strict";
import { AlicloudDouble } from "../src";
import { apis, type ServiceName } from "../src/models/catalogue";
import { requireModels } from "./support";

const other = "2222222222222222";
const role = `acs:ram::${other}:role/deploy`;

describe("Alibaba Cloud double: accounts", () => {
  let double: AlicloudDouble;
  before(async function () {
    requireModels(this);
    double = await AlicloudDouble.start();
    double.accounts.addKey("other-key", other);
    double.accounts.addRole(role);
  });
  after(() => double.stop());

  const call = async (service: ServiceName, fields: Record<string, string>) => {
    const query = new URLSearchParams({ Version: apis[service].version, RegionId: "cn-hangzhou", ...fields });
    const reply = await fetch(`http://${double.address}/?${String(query)}`, { method: "POST" });
    return (await reply.json()) as Record<string, unknown> & { Credentials?: Record<string, string> };
  };
  const identity = async (keys: Record<string, string>) =>
    (await call("sts", { Action: "GetCallerIdentity", ...keys }))["AccountId"];
  const vpcs = async (AccessKeyId: string) => {
    const { TotalCount } = await call("vpc", { Action: "DescribeVpcs", AccessKeyId });
    return TotalCount;
  };

  it("have their own resources", async () => {
    await call("vpc", { Action: "CreateVpc", CidrBlock: "10.0.0.0/16", AccessKeyId: "double" });
    assert.equal(await vpcs("double"), 1);
    assert.equal(await vpcs("other-key"), 0);
    assert.deepEqual([...new Set(double.calls.map(({ account }) => account))], [double.world.accountId, other]);
    const bucket = (key: string, method: string) =>
      fetch(`http://${double.address}/a-bucket?acl`, { method, headers: { authorization: `OSS ${key}:signature` } });
    await fetch(`http://${double.address}/a-bucket`, { method: "PUT", headers: { authorization: "OSS double:x" } });
    assert.equal((await bucket("double", "GET")).status, 200);
    assert.equal((await bucket("other-key", "GET")).status, 404);
  });

  it("do not have an unknown access key, in any service", async () => {
    assert.equal(
      (await call("sts", { Action: "GetCallerIdentity", AccessKeyId: "x" }))["Code"],
      "InvalidAccessKeyId.NotFound",
    );
    for (const authorization of [
      "OSS x:signature",
      "OSS4-HMAC-SHA256 Credential=x/20260101/cn-hangzhou/oss/aliyun_v4_request,Signature=0",
    ])
      assert.match(
        await (await fetch(`http://${double.address}/a-bucket`, { headers: { authorization } })).text(),
        /InvalidAccessKeyId/,
      );
    const log = { authorization: "LOG x:signature", "x-log-apiversion": "0.6.0" };
    assert.match(await (await fetch(`http://${double.address}/`, { headers: log })).text(), /InvalidAccessKeyId/);
  });

  it("let others assume their roles, by a session with a token", async () => {
    const assume = { Action: "AssumeRole", RoleSessionName: "ci", AccessKeyId: "double" };
    const { Credentials: keys = {} } = await call("sts", { ...assume, RoleArn: role });
    const session = { AccessKeyId: keys["AccessKeyId"] ?? "", SecurityToken: keys["SecurityToken"] ?? "" };
    assert.equal(await identity(session), other);
    assert.equal(await identity({ AccessKeyId: "double" }), double.world.accountId);
    const wrong = await call("sts", { Action: "GetCallerIdentity", ...session, SecurityToken: "another" });
    assert.equal(wrong["Code"], "InvalidSecurityToken.Malformed");
    const missing = await call("sts", { ...assume, RoleArn: `${role}-2` });
    assert.equal(missing["Code"], "EntityNotExist.Role");
    const short = await call("sts", { ...assume, RoleArn: role, DurationSeconds: "60" });
    assert.equal(short["Code"], "InvalidParameter.DurationSeconds");
    assert.deepEqual(double.invalidRequests, []);
    assert.deepEqual(double.invalidResponses, []);
  });
});
