/** What an instance's role may do in OSS: what RAM's action allows, which often has another name than the API's. */
import assert from "node:assert/strict";
import { callAction, type AlicloudDouble } from "../src";
import { requireModels, startFast } from "./support";

const bucket = "acs:oss:*:*:books";

describe("Alibaba Cloud double: the rights of an instance's role in OSS", () => {
  let double: AlicloudDouble;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    await oss("PUT", "/books", {});
    await oss("PUT", "/books/a", {}, "1");
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  async function oss(method: string, path: string, headers: Record<string, string>, body?: string): Promise<string> {
    const response = await fetch(`http://${double.address}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { authorization: "OSS double:y", ...headers },
    });
    return `${response.status} ${/<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? ""}`.trim();
  }

  /** Calls OSS as an app with a role of these rights. */
  async function asApp(...rights: readonly (readonly [actions: readonly string[], resource: string])[]) {
    const ram = (action: string, fields: Record<string, string>) => callAction(double, "ram", action, fields);
    const document = (Statement: object[]) => JSON.stringify({ Version: "1", Statement });
    const statements = rights.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
    await ram("CreateRole", { RoleName: "app", AssumeRolePolicyDocument: document([{}]) });
    await ram("CreatePolicy", { PolicyName: "files", PolicyDocument: document(statements) });
    await ram("AttachPolicyToRole", { RoleName: "app", PolicyName: "files", PolicyType: "Custom" });
    const { accessKeyId, token } = double.instanceCredentials("app");
    const headers = { authorization: `OSS ${accessKeyId}:y`, "x-oss-security-token": token };
    return (method: string, path: string, body?: string) => oss(method, path, headers, body);
  }

  it("are those of RAM's actions: ListObjectsV2 is the API's name, and allows nothing", async () => {
    const app = await asApp([["oss:ListObjectsV2", "oss:HeadObject", "oss:InitiateMultipartUpload"], "*"]);
    for (const path of ["/books", "/books?list-type=2"]) assert.equal(await app("GET", path), "403 AccessDenied");
    assert.equal(await app("HEAD", "/books/a"), "403");
    assert.equal(await app("POST", "/books/b?uploads"), "403 AccessDenied");
  });

  it("list, read and write with the actions that OSS documents", async () => {
    const app = await asApp(
      [["oss:ListObjects"], bucket],
      [["oss:GetObject", "oss:PutObject", "oss:DeleteObject"], `${bucket}/*`],
    );
    for (const path of ["/books", "/books?list-type=2", "/books/a"]) assert.equal(await app("GET", path), "200");
    assert.equal(await app("HEAD", "/books/a"), "200");
    assert.equal(await app("PUT", "/books/b", "2"), "200");
    assert.equal(await app("POST", "/books/big?uploads"), "200");
    assert.equal(await app("POST", "/books?delete", "<Delete><Object><Key>a</Key></Object></Delete>"), "200");
    assert.equal(await app("DELETE", "/books/b"), "204");
  });

  it("are no more than that: other buckets, objects, versions and settings are refused", async () => {
    const app = await asApp(
      [["oss:ListObjects"], `${bucket}/*`],
      [["oss:GetObject", "oss:DeleteObject"], `${bucket}/a`],
    );
    assert.equal(await app("GET", "/books"), "403 AccessDenied", "listing is on the bucket, not on its objects");
    assert.equal(await app("GET", "/books/a"), "200");
    const refused = [
      ["GET", "/"],
      ["GET", "/books/b"],
      ["GET", "/books/a?versionId=null"],
      ["PUT", "/books/a"],
      ["GET", "/books?versions"],
      ["GET", "/books?acl"],
      ["PUT", "/others"],
      ["DELETE", "/books"],
    ] as const;
    for (const [method, path] of refused) assert.equal(await app(method, path), "403 AccessDenied", path);
    const both = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    assert.equal(await app("POST", "/books?delete", both), "403 AccessDenied");
  });

  it("need a role that exists", () => {
    assert.throws(() => double.instanceCredentials("app"), /no role app/);
  });
});
