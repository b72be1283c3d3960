/** The signatures of requests to OSS and to Simple Log Service. */
import assert from "node:assert/strict";
import { signedHeaders } from "../../../components/clouds/alicloud/oss-signature.remote";
import { slsHeaders } from "../../../components/clouds/alicloud/sls.remote";

/** The part of Alibaba Cloud's own client that signs. */
interface Gateway {
  getAuthorization(
    path: string,
    method: string,
    query: Record<string, string>,
    headers: Record<string, string>,
    id: string,
    secret: string,
  ): Promise<string>;
}

describe("requests with a signature of our own", () => {
  // The example of the tests of Alibaba Cloud's SDK for Go.
  it("to OSS are signed as Alibaba Cloud's own SDK does it", () => {
    const query = {
      param1: "value1",
      "+param1": "value3",
      "|param1": "value4",
      "+param2": "",
      "|param2": "",
      param2: "",
    };
    const headers = { "x-oss-head1": "value", abc: "value", "content-type": "text/plain" };
    const place = { region: "cn-hangzhou", bucket: "bucket", object: "1234+-/123/1.txt" };
    const keys = { accessKeyId: "ak", accessKeySecret: "sk", securityToken: "" };
    const { authorization } = signedHeaders({ method: "PUT", ...place, query, headers }, keys, new Date(1702743657000));
    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request," +
        "Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe",
    );
  });

  const slsRequests: readonly {
    readonly title: string;
    readonly securityToken?: string;
    readonly body: string;
    readonly query: Readonly<Record<string, string>>;
  }[] = [
    { title: "with a document", body: '{"projectName":"books"}', query: {} },
    {
      title: "with a query and temporary keys",
      securityToken: "token",
      body: "",
      query: { size: "500", offset: "0", projectName: "books-logs-" },
    },
  ];
  for (const { title, securityToken, body, query } of slsRequests)
    it(`to Simple Log Service ${title} are signed as Alibaba Cloud's own client does it`, async () => {
      const { default: Client } = (await import("@alicloud/gateway-sls")) as unknown as { default: new () => Gateway };
      const request = { method: "POST", path: "/tags", query: query as Record<string, string>, body };
      const keys = {
        accessKeyId: "ak",
        accessKeySecret: "sk",
        ...(securityToken === undefined ? {} : { securityToken }),
      };
      const { authorization, ...headers } = slsHeaders(request, keys);
      const client = new Client();
      assert.equal(await client.getAuthorization("/tags", "POST", { ...query }, headers, "ak", "sk"), authorization);
    });
});
