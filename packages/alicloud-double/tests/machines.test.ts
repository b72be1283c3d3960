import { strict as assert } from "node:assert";
import { request } from "node:http";
import type { AlicloudDouble } from "../src";
import { parts } from "../../../components/clouds/alicloud/bake";
import { ask, fast, get, needsModels, pause, until } from "./support";

describe("machines", () => {
  const debian = "debian_12_9_x64_20G_alibase_20250117.vhd";
  let double: AlicloudDouble;
  let place: Record<string, string>;
  before(function () {
    needsModels(this);
  });
  beforeEach(async () => {
    double = await fast();
    const vpc = await get(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
    await pause(10);
    place = {
      VSwitchId: await get(
        double,
        "vpc",
        "CreateVSwitch",
        { VpcId: vpc, ZoneId: "cn-hangzhou-j", CidrBlock: "10.0.0.0/24" },
        "VSwitchId",
      ),
      SecurityGroupId: await get(double, "ecs", "CreateSecurityGroup", { VpcId: vpc }, "SecurityGroupId"),
    };
  });
  // Answers and requests are judged by the published SDK models.
  afterEach(async () => {
    assert.deepEqual(double.misspoken, []);
    assert.deepEqual(double.misunderstood, []);
    await double.stop();
  });

  const machines = () => double.world.machines.shelves.machines.all();
  const run = (fields: Record<string, string | number | boolean> = {}) =>
    ask(double, "ecs", "RunInstances", {
      ImageId: debian,
      InstanceType: "ecs.u1-c1m2.large",
      "SystemDisk.Size": 20,
      ...place,
      ...fields,
    });
  const started = async (fields: Record<string, string | number | boolean> = {}) => {
    assert.equal((await run(fields)).status, 200);
    await until(() => machines().every(({ agentOnline }) => agentOnline));
    return machines().at(-1)?.id ?? "";
  };
  const command = (id: string, script = "true") =>
    ask(double, "ecs", "RunCommand", {
      Type: "RunShellScript",
      CommandContent: Buffer.from(script).toString("base64"),
      ContentEncoding: "Base64",
      "InstanceId.1": id,
    });
  const result = async (invokeId: string) => {
    const { body } = await ask(double, "ecs", "DescribeInvocationResults", {
      InvokeId: invokeId,
      ContentEncoding: "PlainText",
    });
    return (
      body as unknown as {
        Invocation: {
          InvocationResults: { InvocationResult: { InvocationStatus: string; ExitCode?: number; Output: string }[] };
        };
      }
    ).Invocation.InvocationResults.InvocationResult[0];
  };
  const codeOf = async (answer: Promise<{ body: { Code?: string } }>) => (await answer).body.Code;

  it("start, answer Cloud Assistant a while later, stop, and keep their network from being deleted until they are gone", async () => {
    double.world.delays.transition = 300;
    assert.equal((await run({ "Tag.1.Key": "recipe", "Tag.1.Value": "a" })).status, 200);
    const id = machines()[0]?.id ?? "";
    assert.equal(await codeOf(command(id)), "InvalidInstance.NotRunning");
    assert.equal(
      await codeOf(ask(double, "ecs", "DeleteInstance", { InstanceId: id, Force: true })),
      "IncorrectInstanceStatus",
    );
    await until(() => machines()[0]?.agentOnline === true);
    assert.match(
      JSON.stringify((await ask(double, "ecs", "DescribeCloudAssistantStatus", { "InstanceId.1": id })).body),
      /"CloudAssistantStatus":"true"/,
    );
    assert.equal(await codeOf(ask(double, "ecs", "DeleteInstance", { InstanceId: id })), "IncorrectInstanceStatus");
    assert.equal(
      await codeOf(ask(double, "ecs", "DeleteSecurityGroup", { SecurityGroupId: place["SecurityGroupId"] ?? "" })),
      "DependencyViolation",
    );
    assert.equal(
      await codeOf(ask(double, "vpc", "DeleteVSwitch", { VSwitchId: place["VSwitchId"] ?? "" })),
      "DependencyViolation",
    );
    for (const [value, found] of [
      ["a", 1],
      ["b", 0],
    ] as const)
      assert.equal(
        Number(
          (await ask(double, "ecs", "DescribeInstances", { "Tag.1.Key": "recipe", "Tag.1.Value": value })).body[
            "TotalCount"
          ],
        ),
        found,
      );
    assert.equal((await ask(double, "ecs", "StopInstance", { InstanceId: id })).status, 200);
    await until(() => machines()[0]?.status === "Stopped");
    assert.equal((await ask(double, "ecs", "DeleteInstance", { InstanceId: id })).status, 200);
    await until(() => double.inventory()["machines"] === undefined);
    assert.equal((await ask(double, "vpc", "DeleteVSwitch", { VSwitchId: place["VSwitchId"] ?? "" })).status, 200);
  });

  it("start from an image that is there, in a zone that has the type, to be released no sooner than in half an hour", async () => {
    assert.equal(await codeOf(run({ ImageId: "m-bp1none" })), "InvalidImageId.NotFound");
    assert.equal(
      await codeOf(run({ AutoReleaseTime: new Date(Date.now() + 60_000).toISOString().replace(/\.\d+/, "") })),
      "InvalidAutoReleaseTime.Malformed",
    );
    assert.equal(await codeOf(run({ "SystemDisk.Size": 10 })), "InvalidSystemDiskSize.LessThanImageSize");
    double.world.machines.soldOut = (_type, zone) => zone === "cn-hangzhou-j";
    assert.equal(await codeOf(run()), "OperationDenied.NoStock");
    assert.equal(double.inventory()["machines"], undefined);
  });

  it("do what they are told, and it ends as the test decides", async () => {
    const id = await started();
    double.world.machines.endOf = ({ script }) =>
      script === "good" ? { exitCode: 0, output: "done" } : { exitCode: 4, output: "broken", milliseconds: 30 };
    for (const [script, status, exitCode, output] of [
      ["good", "Success", 0, "done"],
      ["bad", "Failed", 4, "broken"],
    ] as const) {
      const invokeId = String((await command(id, script)).body["InvokeId"]);
      await until(async () => (await result(invokeId))?.InvocationStatus !== "Running");
      const { InvocationStatus, ExitCode, Output } = (await result(invokeId)) ?? assert.fail("no result");
      assert.deepEqual([InvocationStatus, ExitCode, Output], [status, exitCode, output]);
    }
    assert.equal(await codeOf(command(id, "x".repeat(20_000))), "CmdContent.ExceedLimit");
  });

  it("become images, which are listed by status, tag and family, and deleted once they are made and nothing uses them, their snapshots after them", async () => {
    const id = await started();
    double.world.delays.transition = 200;
    const image = await get(
      double,
      "ecs",
      "CreateImage",
      { InstanceId: id, ImageName: "farm-1", ImageFamily: "farm", "Tag.1.Key": "recipe", "Tag.1.Value": "a" },
      "ImageId",
    );
    const listed = async (fields: Record<string, string>) =>
      Number((await ask(double, "ecs", "DescribeImages", { ImageOwnerAlias: "self", ...fields })).body["TotalCount"]);
    assert.deepEqual([await listed({}), await listed({ Status: "Creating" })], [0, 1]);
    assert.equal(await codeOf(ask(double, "ecs", "DeleteImage", { ImageId: image })), "ImageIsCreating");
    assert.equal(
      await codeOf(ask(double, "ecs", "CreateImage", { InstanceId: id, ImageName: "farm-1" })),
      "InvalidImageName.Duplicated",
    );
    await until(async () => (await listed({})) === 1);
    await ask(double, "ecs", "TagResources", {
      ResourceType: "image",
      "ResourceId.1": image,
      "Tag.1.Key": "tested",
      "Tag.1.Value": "yes",
    });
    assert.deepEqual(
      [
        await listed({ "Tag.1.Key": "tested", "Tag.1.Value": "yes" }),
        await listed({ "Tag.1.Key": "tested", "Tag.1.Value": "no" }),
        await listed({ ImageFamily: "farm" }),
        await listed({ ImageFamily: "shop" }),
      ],
      [1, 0, 1, 0],
    );
    const user = await started({ ImageId: image });
    assert.deepEqual([await listed({ Usage: "instance" }), await listed({ Usage: "none" })], [1, 0]);
    assert.equal(await codeOf(ask(double, "ecs", "DeleteImage", { ImageId: image })), "ImageUsingByInstance");
    await ask(double, "ecs", "DeleteInstance", { InstanceId: user, Force: true });
    await until(() => machines().length === 1);
    const [snapshot] = double.world.machines.shelves.snapshots.all();
    assert.equal(
      await codeOf(ask(double, "ecs", "DeleteSnapshot", { SnapshotId: snapshot?.id ?? "" })),
      "SnapshotCreatedImage",
    );
    assert.equal((await ask(double, "ecs", "DeleteImage", { ImageId: image })).status, 200);
    assert.equal((await ask(double, "ecs", "DeleteSnapshot", { SnapshotId: snapshot?.id ?? "" })).status, 200);
    assert.deepEqual([double.inventory()["images"], double.inventory()["snapshots"]], [undefined, undefined]);
  });

  it("become no image where the test says so", async () => {
    const id = await started();
    double.world.machines.imageSucceeds = () => false;
    await ask(double, "ecs", "CreateImage", { InstanceId: id, ImageName: "farm-1" });
    await until(() => double.world.machines.shelves.images.all()[0]?.status === "CreateFailed");
  });

  it("get an object at a signed address, and only as long as that is good", async () => {
    const own = { authorization: "OSS x:y" };
    await fetch(`http://${double.address}/archives`, { method: "PUT", headers: own });
    await fetch(`http://${double.address}/archives/one.tar`, { method: "PUT", headers: own, body: "bytes" });
    // By its host name, as a client behind the proxy asks.
    const told = (url: URL) =>
      new Promise<string>((resolve, reject) => {
        request(
          {
            host: "127.0.0.1",
            port: double.address.split(":")[1],
            path: url.pathname + url.search,
            headers: { host: url.host },
          },
          (answer) => {
            let body = "";
            answer
              .setEncoding("utf8")
              .on("data", (text: string) => (body += text))
              .on("end", () => {
                resolve(`${String(answer.statusCode)} ${body}`);
              });
          },
        )
          .on("error", reject)
          .end();
      });
    const signed = async (accessKeySecret: string, seconds: number) =>
      new URL(
        await parts.address(
          {
            asked: { bucket: "archives", object: "one.tar", region: "cn-hangzhou" },
            credentials: () => Promise.resolve({ accessKeyId: "double", accessKeySecret, securityToken: "a+b/c=" }),
          },
          seconds,
        ),
      );
    const good = await signed("double", 900);
    assert.equal(await told(good), "200 bytes");
    assert.match(await told(await signed("another", 900)), /^403 .*SignatureDoesNotMatch/s);
    assert.match(await told(await signed("double", -1)), /^403 .*Request has expired/s);
    assert.match(await told(new URL(good.pathname, good)), /^403 .*AccessDenied/s);
  });
});
