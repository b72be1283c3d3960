/** What the app may do with its files on Alibaba Cloud: the policies that the program registers, as RAM decides by them. */
import assert from "node:assert/strict";
import { Refusal } from "../../packages/alicloud-double/src/refusal";
import { Bucket } from "../../packages/alicloud-double/src/services/oss/records";
import { routeOss } from "../../packages/alicloud-double/src/services/oss/router";
import { addRole } from "../../packages/alicloud-double/src/services/ram/role";
import { World, type Delays } from "../../packages/alicloud-double/src/world";
import { clouds, computes, deploy, wholeService } from "../support/clouds";

const account = "1234567890123456";
const cloud = clouds.alicloud;

for (const compute of computes)
  describe(`alicloud, ${compute}: the rights of the app's role to its files`, () => {
    let world: World;
    let files: string;
    let keys: Readonly<Record<string, string>>;
    before(async () => {
      const { resources, result } = await deploy(cloud, wholeService(cloud, compute, { files: {} }));
      [{ files }] = result as [{ files: string }];
      world = new World("cn-hangzhou", account, {} as Delays);
      addRole(world, "app", "", "");
      const created = new Date().toISOString();
      for (const { name, inputs } of resources.filter(({ type }) => type === "alicloud:ram/policy:Policy")) {
        const versions = [{ id: "v1", document: String(inputs.policyDocument), created }];
        const tags = new Map<string, string>();
        const policy = {
          name,
          type: "Custom",
          description: "",
          created,
          defaultVersion: "v1",
          versions,
          tags,
        } as const;
        world.ram.policies.put(name, policy);
        const attachment = { roleName: "app", policyName: name, policyType: "Custom", attached: created };
        world.ram.rolePolicies.put(name, attachment);
      }
      for (const name of [files, "others"]) world.buckets.put(name, new Bucket(name, "private", "Standard", "LRS"));
      const { accessKeyId, token } = world.accounts.startInstanceSession(account, "app");
      keys = { authorization: `OSS ${accessKeyId}:signature`, "x-oss-security-token": token };
    });

    /** The status with which OSS replies to the app. */
    function call(method: string, path: string, bucket = files): number {
      const { pathname, searchParams } = new URL(`http://oss${path}`);
      const host = `${bucket}.oss-cn-hangzhou-internal.aliyuncs.com`;
      const request = { method, host, path: pathname, query: searchParams, headers: keys, body: Buffer.from("a") };
      try {
        return routeOss(world, request).perform().status;
      } catch (error) {
        if (error instanceof Refusal) return error.status;
        throw error;
      }
    }

    it("are to list, read and write them, also in parts", () => {
      for (const [method, path, status] of [
        ["PUT", "/a", 200],
        ["GET", "/a", 200],
        ["HEAD", "/a", 200],
        ["GET", "/?list-type=2", 200],
        ["GET", "/", 200],
        ["GET", "/?location", 200],
        ["POST", "/b?uploads", 200],
        ["DELETE", "/a", 204],
      ] as const)
        assert.equal(call(method, path), status, `${method} ${path}`);
      const [id = ""] = world.buckets.get(files)?.uploads.keys() ?? [];
      assert.equal(call("PUT", `/b?partNumber=1&uploadId=${id}`), 200);
      assert.equal(call("DELETE", `/b?uploadId=${id}`), 204);
    });

    it("are not to the bucket's settings, to older versions, or to other buckets", () => {
      for (const path of ["/?acl", "/?policy", "/?versions", "/a?versionId=1"])
        assert.equal(call("GET", path), 403, path);
      for (const path of ["/", "/a"]) assert.equal(call("GET", path, "others"), 403);
      assert.equal(call("DELETE", "/"), 403);
    });
  });
