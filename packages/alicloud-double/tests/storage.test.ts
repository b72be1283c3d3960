import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createLoadBalancer, pause, requireModels, startFast, waitUntil } from "./support";

describe("Alibaba Cloud double: object storage with data in it", () => {
  let double: AlicloudDouble;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    await oss("PUT", "/data");
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  async function oss(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://${double.address}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { authorization: "OSS double:y" },
    });
    return { status: response.status, text: await response.text() };
  }
  const enableVersioning = () =>
    oss("PUT", "/data?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  const all = (text: string, tag: string) =>
    [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, value = ""]) => value);

  it("keeps what a bucket with versioning overwrites and deletes, and refuses to delete the bucket", async () => {
    await enableVersioning();
    await oss("PUT", "/data/a", "1");
    await oss("PUT", "/data/a", "2");
    await oss("DELETE", "/data/a");
    assert.equal((await oss("GET", "/data/a")).status, 404);
    const { text } = await oss("GET", "/data?versions");
    assert.equal(all(text, "VersionId").length, 3);
    assert.match(text, /<DeleteMarker>/);
    assert.match((await oss("DELETE", "/data")).text, /BucketNotEmpty/);
    const deletions = all(text, "VersionId").map((id) => `<Object><Key>a</Key><VersionId>${id}</VersionId></Object>`);
    await oss("POST", "/data?delete", `<Delete>${deletions.join("")}</Delete>`);
    assert.equal((await oss("DELETE", "/data")).status, 204);
  });

  it("returns 100 objects on a page unless more are asked for, and continues after the last key", async () => {
    for (let at = 0; at < 120; at++) await oss("PUT", `/data/k${String(at).padStart(3, "0")}`, "x");
    const first = (await oss("GET", "/data?versions")).text;
    assert.deepEqual([all(first, "Key").length, all(first, "IsTruncated")], [100, ["true"]]);
    const second = (await oss("GET", `/data?versions&key-marker=${all(first, "NextKeyMarker")[0]}`)).text;
    assert.deepEqual([all(second, "Key").length, all(second, "IsTruncated")], [20, ["false"]]);
    assert.equal(all((await oss("GET", "/data?list-type=2&max-keys=1000")).text, "Key").length, 120);
  });

  it("refuses to delete a bucket with an unfinished multipart upload, until that is aborted", async () => {
    const [id] = all((await oss("POST", "/data/big?uploads")).text, "UploadId");
    await oss("PUT", `/data/big?partNumber=1&uploadId=${id}`, "part");
    assert.equal(all((await oss("GET", "/data?uploads")).text, "UploadId")[0], id);
    assert.match((await oss("DELETE", "/data")).text, /BucketNotEmpty/);
    assert.equal((await oss("DELETE", `/data/big?uploadId=${id}`)).status, 204);
    assert.match((await oss("DELETE", `/data/big?uploadId=${id}`)).text, /NoSuchUpload/);
    assert.equal((await oss("DELETE", "/data")).status, 204);
  });

  it("completes a multipart upload", async () => {
    const [id] = all((await oss("POST", "/data/big?uploads")).text, "UploadId");
    await oss("PUT", `/data/big?partNumber=2&uploadId=${id}`, "b");
    await oss("PUT", `/data/big?partNumber=1&uploadId=${id}`, "a");
    await oss("POST", `/data/big?uploadId=${id}`, "<CompleteMultipartUpload/>");
    assert.equal((await oss("GET", "/data/big")).text, "ab");
  });

  it("tags buckets and lists them by a tag", async () => {
    const tagging = (key: string, value: string) =>
      oss(
        "PUT",
        "/data?tagging",
        `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`,
      );
    await oss("PUT", "/other");
    await tagging("immutable-service", "shop/prod/0a1b2c3d");
    const find = async (query: string) => all((await oss("GET", `/?${query}`)).text, "Name");
    assert.deepEqual(await find("tag-key=immutable-service"), ["data"]);
    assert.deepEqual(await find("tag-key=immutable-service&tag-value=shop%2Fprod%2F0a1b2c3d"), ["data"]);
    assert.deepEqual(await find("tag-key=immutable-service&tag-value=other"), []);
    assert.deepEqual(await find("prefix="), ["data", "other"]);
    assert.match((await tagging("aliyun-x", "y")).text, /InvalidTag/);
  });
});

describe("Alibaba Cloud double: file systems and log projects with data in them", () => {
  let double: AlicloudDouble;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    assert.deepEqual(double.invalidResponses, []);
    await double.stop();
  });

  const nas = (action: string, fields: Record<string, string | number>) => callAction(double, "nas", action, fields);
  /** Calls the log service as a proxy's client would: a project is in the host name. */
  const sls = (method: string, path: string, options: { project?: string; body?: unknown } = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const host = [...(options.project ? [options.project] : []), "cn-hangzhou.log.aliyuncs.com"].join(".");
      const [hostname, port] = double.address.split(":");
      const sent = request(
        { hostname, port, method, path: `http://${host}${path}`, headers: { host, "x-log-apiversion": "0.6.0" } },
        (response) => {
          text(response).then((body) => {
            resolve({ status: response.statusCode ?? 0, text: body });
          }, reject);
        },
      );
      sent.on("error", reject).end(options.body === undefined ? undefined : JSON.stringify(options.body));
    });

  it("refuses to delete a file system with a mount target, and an access group that a mount target uses", async () => {
    const { vpc: VpcId, vSwitches } = await createLoadBalancer(double);
    const FileSystemId = await callForField(
      double,
      "nas",
      "CreateFileSystem",
      { ProtocolType: "NFS", StorageType: "Capacity" },
      "FileSystemId",
    );
    await pause(20);
    const group = { AccessGroupName: "app", AccessGroupType: "Vpc" };
    await nas("CreateAccessGroup", group);
    assert.equal(await codeOf(nas("CreateAccessGroup", group)), "InvalidAccessGroup.AlreadyExisted");
    const { MountTargetDomain } = (
      await nas("CreateMountTarget", {
        FileSystemId,
        NetworkType: "Vpc",
        AccessGroupName: "app",
        VpcId,
        VSwitchId: vSwitches[0],
      })
    ).body;
    assert.equal(await codeOf(nas("DeleteFileSystem", { FileSystemId })), "InvalidFileSystem.MountTargetExist");
    assert.equal(
      await codeOf(nas("DeleteAccessGroup", { AccessGroupName: "app" })),
      "InvalidAccessGroup.AttachedMountTarget",
    );
    await waitUntil(() => double.world.nas.mountTargets.all().every(({ status }) => status === "Active"));
    await nas("DeleteMountTarget", { FileSystemId, MountTargetDomain: String(MountTargetDomain) });
    await waitUntil(() => double.inventory()["mountTargets"] === undefined);
    assert.equal((await nas("DeleteFileSystem", { FileSystemId })).status, 200);
  });

  it("gives a new file system to root, and makes a folder with an owner once", async () => {
    const create = (ProtocolType: string) =>
      callForField(double, "nas", "CreateFileSystem", { ProtocolType, StorageType: "Capacity" }, "FileSystemId");
    double.world.delays.transition = 150;
    const FileSystemId = await create("NFS");
    const folder = { FileSystemId, RootDirectory: "/app", OwnerUserId: 1000, OwnerGroupId: 1000, Permission: "0750" };
    assert.equal(await codeOf(nas("CreateDir", folder)), "OperationDenied.InvalidState");
    const other = await create("SMB");
    await pause(300);
    assert.equal(
      await codeOf(nas("CreateDir", { ...folder, FileSystemId: other })),
      "InvalidProtocolType.NotSupported",
    );
    for (const RootDirectory of ["app", "/app/../x", "/"])
      assert.equal(await codeOf(nas("CreateDir", { ...folder, RootDirectory })), "InvalidParameter.RootDirectory");
    for (const OwnerUserId of [1000, 0]) assert.equal((await nas("CreateDir", { ...folder, OwnerUserId })).status, 200);
    const { folders } = double.world.nas.fileSystems.get(FileSystemId) ?? assert.fail();
    assert.deepEqual(Object.fromEntries(folders), {
      "/": { user: 0, group: 0, mode: 0o755 },
      "/app": { user: 1000, group: 1000, mode: 0o750 },
    });
  });

  it("finds a log project some time after its creation, although it is listed and its name is taken", async () => {
    double.world.delays.project = 300;
    const create = () => sls("POST", "/", { body: { projectName: "my-logs", description: "logs" } });
    await create();
    assert.match((await create()).text, /ProjectAlreadyExist/);
    assert.match((await sls("GET", "/?projectName=my-logs")).text, /"total":1/);
    const tags = [{ key: "team", value: "books" }];
    const tagging = { resourceType: "project", resourceId: ["my-logs"], tags };
    const calls = () => [
      sls("GET", "/", { project: "my-logs" }),
      sls("POST", "/logstores", { project: "my-logs", body: { logstoreName: "app", ttl: 7, shardCount: 2 } }),
      sls("POST", "/tag", { body: tagging }),
    ];
    for (const { status, text } of await Promise.all(calls()))
      assert.match(`${status} ${text}`, /^404 .*ProjectNotExist/);
    await pause(350);
    for (const { status } of await Promise.all(calls())) assert.equal(status, 200);
  });

  it("keeps a log project's name for a while after the project is deleted, with everything in it", async () => {
    double.world.delays.projectName = 400;
    const create = () => sls("POST", "/", { body: { projectName: "my-logs", description: "logs" } });
    await create();
    await sls("DELETE", "/", { project: "my-logs" });
    assert.match((await create()).text, /ProjectAlreadyExist/);
    await pause(450);
    assert.equal((await create()).status, 200);
  });

  it("refuses to delete a machine group that is gone, and to remove a config from it", async () => {
    const group = { groupName: "web", groupType: "", machineIdentifyType: "userdefined", machineList: ["web"] };
    await sls("POST", "/", { body: { projectName: "my-logs", description: "logs" } });
    await sls("POST", "/machinegroups", { project: "my-logs", body: group });
    const removals = ["/machinegroups/web/configs/app", "/machinegroups/web"];
    for (const path of removals) assert.equal((await sls("DELETE", path, { project: "my-logs" })).status, 200);
    for (const path of removals) {
      const { status, text } = await sls("DELETE", path, { project: "my-logs" });
      assert.equal(status, 404);
      assert.match(text, /MachineGroupNotExist/);
    }
  });

  it("tags projects and logstores, and lists them by their tags", async () => {
    await sls("POST", "/", { body: { projectName: "my-logs", description: "logs" } });
    await sls("POST", "/", { body: { projectName: "others", description: "logs" } });
    await sls("POST", "/logstores", {
      project: "my-logs",
      body: { logstoreName: "app", ttl: 7, shardCount: 2 },
    });
    const tags = [{ key: "immutable-service", value: "shop/prod/0a1b2c3d" }];
    await sls("POST", "/tag", { body: { resourceType: "project", resourceId: ["my-logs"], tags } });
    await sls("POST", "/tag", { body: { resourceType: "logstore", resourceId: ["my-logs#app"], tags } });
    const list = async (resourceType: string, filter: unknown[]) => {
      const query = new URLSearchParams({ resourceType, tags: JSON.stringify(filter) });
      const { text: body } = await sls("GET", `/tags?${String(query)}`);
      return (JSON.parse(body) as { tagResources: { resourceId: string }[] }).tagResources.map((one) => one.resourceId);
    };
    assert.deepEqual(await list("project", tags), ["my-logs"]);
    assert.deepEqual(await list("logstore", tags), ["my-logs#app"]);
    assert.deepEqual(await list("project", [{ key: "immutable-service", value: "other" }]), []);
    assert.match((await sls("GET", "/?projectName=my")).text, /"total":1/);
    await sls("DELETE", "/logstores/app", { project: "my-logs" });
    assert.deepEqual(await list("logstore", tags), []);
  });
});
