import assert from "node:assert/strict";
import { request } from "node:http";
import { callAction, callForField, type AlicloudDouble } from "../src";
import type { RequestFields } from "../src/client";
import { Fields } from "../src/protocol/fields";
import { actions } from "../src/services";
import { signatureOf } from "../src/services/oss/signature";
import { codeOf, pause, requireModels, startFast, waitUntil } from "./support";

const debian = "debian_12_9_x64_20G_alibase_20250117.vhd";

describe("Alibaba Cloud double: ECS instances and images", () => {
  let double: AlicloudDouble;
  let VSwitchId: string;
  let SecurityGroupId: string;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    const VpcId = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
    await pause(10);
    const zone = { VpcId, ZoneId: "cn-hangzhou-j", CidrBlock: "10.0.0.0/24" };
    VSwitchId = await callForField(double, "vpc", "CreateVSwitch", zone, "VSwitchId");
    SecurityGroupId = await callForField(double, "ecs", "CreateSecurityGroup", { VpcId }, "SecurityGroupId");
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidResponses, []);
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const ecs = (action: string, fields: RequestFields) => callAction(double, "ecs", action, fields);
  const instances = () => double.world.machines.tables.machines.all();
  const run = (fields: RequestFields = {}) => {
    const type = { InstanceType: "ecs.u1-c1m2.large", "SystemDisk.Size": 20 };
    return ecs("RunInstances", { ImageId: debian, ...type, VSwitchId, SecurityGroupId, ...fields });
  };
  const runUntilOnline = async (fields: RequestFields = {}) => {
    assert.equal((await run(fields)).status, 200);
    await waitUntil(() => instances().every(({ agentOnline }) => agentOnline));
    return instances().at(-1)?.id ?? "";
  };
  const runCommand = (id: string, script = "true") =>
    ecs("RunCommand", {
      Type: "RunShellScript",
      CommandContent: Buffer.from(script).toString("base64"),
      ContentEncoding: "Base64",
      "InstanceId.1": id,
    });
  const resultOf = async (InvokeId: string) => {
    const { body } = await ecs("DescribeInvocationResults", { InvokeId, ContentEncoding: "PlainText" });
    const { InvocationResults } = body["Invocation"] as {
      InvocationResults: { InvocationResult: { InvocationStatus: string; ExitCode?: number; Output: string }[] };
    };
    return InvocationResults.InvocationResult[0];
  };
  const countInstances = async (tag: string) =>
    (await ecs("DescribeInstances", { "Tag.1.Key": "recipe", "Tag.1.Value": tag })).body["TotalCount"];
  const countImages = async (fields: RequestFields) =>
    (await ecs("DescribeImages", { ImageOwnerAlias: "self", ...fields })).body["TotalCount"];

  it("boots an instance, then its Cloud Assistant, and keeps its network until the instance is deleted", async () => {
    double.world.delays.transition = 300;
    assert.equal((await run({ "Tag.1.Key": "recipe", "Tag.1.Value": "a" })).status, 200);
    const id = instances()[0]?.id ?? "";
    const deleteVSwitch = () => callAction(double, "vpc", "DeleteVSwitch", { VSwitchId });
    assert.equal(await codeOf(runCommand(id)), "InvalidInstance.NotRunning");
    assert.equal(await codeOf(ecs("DeleteInstance", { InstanceId: id, Force: true })), "IncorrectInstanceStatus");
    await waitUntil(() => instances()[0]?.agentOnline === true);
    const { body } = await ecs("DescribeCloudAssistantStatus", { "InstanceId.1": id });
    assert.match(JSON.stringify(body), /"CloudAssistantStatus":"true"/);
    assert.equal(await codeOf(ecs("DeleteInstance", { InstanceId: id })), "IncorrectInstanceStatus");
    assert.equal(await codeOf(ecs("DeleteSecurityGroup", { SecurityGroupId })), "DependencyViolation");
    assert.equal(await codeOf(deleteVSwitch()), "DependencyViolation");
    assert.deepEqual([await countInstances("a"), await countInstances("b")], [1, 0]);
    assert.equal((await ecs("StopInstance", { InstanceId: id })).status, 200);
    await waitUntil(() => instances()[0]?.status === "Stopped");
    assert.equal((await ecs("DeleteInstance", { InstanceId: id })).status, 200);
    await waitUntil(() => double.inventory()["machines"] === undefined);
    assert.equal((await deleteVSwitch()).status, 200);
  });

  it("boots an instance although the process is blocked meanwhile", async () => {
    const { world } = double;
    const fields = { ImageId: debian, InstanceType: "ecs.u1-c1m2.large", VSwitchId, SecurityGroupId };
    world.delays.transition = 100;
    // Late timers of the same duration run together, when the oldest of them is due, and so before shorter ones.
    world.schedule(100, () => undefined);
    await pause(80);
    actions.ecs?.["RunInstances"]?.({ fields: new Fields(fields), world });
    const end = Date.now() + 200;
    while (Date.now() < end);
    await waitUntil(() => instances()[0]?.agentOnline === true);
  });

  it("refuses an unknown image, a release time too soon, a disk smaller than the image, a sold-out type", async () => {
    assert.equal(await codeOf(run({ ImageId: "m-bp1none" })), "InvalidImageId.NotFound");
    const soon = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+/, "");
    assert.equal(await codeOf(run({ AutoReleaseTime: soon })), "InvalidAutoReleaseTime.Malformed");
    assert.equal(await codeOf(run({ "SystemDisk.Size": 10 })), "InvalidSystemDiskSize.LessThanImageSize");
    double.world.machines.soldOut = (_type, zone) => zone === "cn-hangzhou-j";
    assert.equal(await codeOf(run()), "OperationDenied.NoStock");
    assert.equal(double.inventory()["machines"], undefined);
  });

  it("runs commands with the results that the test decides, and refuses a command that is too long", async () => {
    const id = await runUntilOnline();
    double.world.machines.resultOf = ({ script }) =>
      script === "good" ? { exitCode: 0, output: "done" } : { exitCode: 4, output: "broken", milliseconds: 30 };
    const expected = [
      ["good", "Success", 0, "done"],
      ["bad", "Failed", 4, "broken"],
    ] as const;
    for (const [script, status, exitCode, output] of expected) {
      const invokeId = String((await runCommand(id, script)).body["InvokeId"]);
      await waitUntil(async () => (await resultOf(invokeId))?.InvocationStatus !== "Running");
      const { InvocationStatus, ExitCode, Output } = (await resultOf(invokeId)) ?? assert.fail("no result");
      assert.deepEqual([InvocationStatus, ExitCode, Output], [status, exitCode, output]);
    }
    assert.equal(await codeOf(runCommand(id, "x".repeat(20_000))), "CmdContent.ExceedLimit");
  });

  it("creates, lists and tags images, and deletes them once nothing uses them, before their snapshots", async () => {
    const id = await runUntilOnline();
    double.world.delays.transition = 200;
    const recipe = { "Tag.1.Key": "recipe", "Tag.1.Value": "a" };
    const creation = { InstanceId: id, ImageName: "farm-1", ImageFamily: "farm", ...recipe };
    const ImageId = await callForField(double, "ecs", "CreateImage", creation, "ImageId");
    const tested = (value: string) => ({ "Tag.1.Key": "tested", "Tag.1.Value": value });
    assert.deepEqual([await countImages({}), await countImages({ Status: "Creating" })], [0, 1]);
    assert.equal(await codeOf(ecs("DeleteImage", { ImageId })), "ImageIsCreating");
    const sameName = { InstanceId: id, ImageName: "farm-1" };
    assert.equal(await codeOf(ecs("CreateImage", sameName)), "InvalidImageName.Duplicated");
    await waitUntil(async () => (await countImages({})) === 1);
    await ecs("TagResources", { ResourceType: "image", "ResourceId.1": ImageId, ...tested("yes") });
    assert.deepEqual([await countImages(tested("yes")), await countImages(tested("no"))], [1, 0]);
    assert.deepEqual([await countImages({ ImageFamily: "farm" }), await countImages({ ImageFamily: "shop" })], [1, 0]);

    const user = await runUntilOnline({ ImageId });
    assert.deepEqual([await countImages({ Usage: "instance" }), await countImages({ Usage: "none" })], [1, 0]);
    assert.equal(await codeOf(ecs("DeleteImage", { ImageId })), "ImageUsingByInstance");
    await ecs("DeleteInstance", { InstanceId: user, Force: true });
    await waitUntil(() => instances().length === 1);
    const SnapshotId = double.world.machines.tables.snapshots.all()[0]?.id ?? "";
    assert.equal(await codeOf(ecs("DeleteSnapshot", { SnapshotId })), "SnapshotCreatedImage");
    assert.equal((await ecs("DeleteImage", { ImageId })).status, 200);
    assert.equal((await ecs("DeleteSnapshot", { SnapshotId })).status, 200);
    assert.deepEqual([double.inventory()["images"], double.inventory()["snapshots"]], [undefined, undefined]);
  });

  it("fails to create an image if the test decides so", async () => {
    const id = await runUntilOnline();
    double.world.machines.imageSucceeds = () => false;
    await ecs("CreateImage", { InstanceId: id, ImageName: "farm-1" });
    await waitUntil(() => double.world.machines.tables.images.all()[0]?.status === "CreateFailed");
  });

  it("serves an object for a signed URL until the URL expires", async () => {
    const headers = { authorization: "OSS double:y" };
    await fetch(`http://${double.address}/archives`, { method: "PUT", headers });
    await fetch(`http://${double.address}/archives/one.tar`, { method: "PUT", headers, body: "bytes" });
    const get = (query: URLSearchParams) => getThroughProxy(double, "archives", "one.tar", query);
    assert.equal(await get(signedQuery("double", 900)), "200 bytes");
    assert.match(await get(signedQuery("another", 900)), /^403 .*SignatureDoesNotMatch/s);
    assert.match(await get(signedQuery("double", -1)), /^403 .*Request has expired/s);
    assert.match(await get(new URLSearchParams()), /^403 .*AccessDenied/s);
  });

  it("computes the signature of a URL as Alibaba Cloud's own client does", () => {
    // Computed by ali-oss 6.23.0 for the same object, time and credentials.
    const query = new URLSearchParams({
      "x-oss-credential": "LTAIexample/20260301/cn-hangzhou/oss/aliyun_v4_request",
      "x-oss-date": "20260301T102030Z",
      "x-oss-expires": "600",
      "x-oss-signature-version": "OSS4-HMAC-SHA256",
    });
    assert.equal(
      signatureOf("GET", query, "bookstore-image-0a1b2c3d", "abc123.tar", "secretExample"),
      "569f931b29f36010574ab646fbf3ad15b605e0b3a4bd1dcb9a24f24dd988fcf6",
    );
  });
});

/** The query of a URL for the object `one.tar` in `archives`, signed with a secret. */
function signedQuery(secret: string, seconds: number): URLSearchParams {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const query = new URLSearchParams({
    "x-oss-credential": `double/${date.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    "x-oss-date": date,
    "x-oss-expires": String(seconds),
    "response-content-type": "a+b/c=",
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
  });
  query.set("x-oss-signature", signatureOf("GET", query, "archives", "one.tar", secret));
  return query;
}

/** Gets an object by its host name, as a client behind the proxy does, and returns the status and the body. */
function getThroughProxy(double: AlicloudDouble, bucket: string, key: string, query: URLSearchParams): Promise<string> {
  const headers = { host: `${bucket}.oss-cn-hangzhou-internal.aliyuncs.com` };
  const [host, port] = double.address.split(":");
  return new Promise((resolve, reject) => {
    request({ host, port, path: `/${key}?${String(query)}`, headers }, (response) => {
      let body = "";
      response
        .setEncoding("utf8")
        .on("data", (text: string) => (body += text))
        .on("end", () => {
          resolve(`${response.statusCode} ${body}`);
        });
    })
      .on("error", reject)
      .end();
  });
}
