import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createLoadBalancer, requireModels, startFast, waitUntil, type Balanced } from "./support";

describe("Alibaba Cloud double: scaling groups of container groups", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  let group: string;
  const digest = `@sha256:${"a".repeat(64)}`;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    double = await startFast();
    balanced = await createLoadBalancer(double);
    group = await callForField(
      double,
      "ess",
      "CreateScalingGroup",
      {
        ScalingGroupName: "containers",
        GroupType: "ECI",
        MinSize: 1,
        MaxSize: 1,
        "VSwitchIds.1": balanced.vSwitches[0],
      },
      "ScalingGroupId",
    );
  });
  afterEach(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const configure = (fields: Record<string, string>) =>
    callAction(double, "ess", "CreateEciScalingConfiguration", {
      ScalingGroupId: group,
      SecurityGroupId: balanced.securityGroup,
      "Container.1.Name": "app",
      "Container.1.Image": `registry-vpc.cn-hangzhou.aliyuncs.com/team/app${digest}`,
      ...fields,
    });

  it("refuse to pull without a secret from a registry whose instance is not named", async () => {
    const registry = { "AcrRegistryInfo.1.RegionId": "cn-hangzhou", "AcrRegistryInfo.1.InstanceName": "books" };
    assert.equal(await codeOf(configure(registry)), "MissingParameter.AcrRegistryInfo.InstanceId");
    assert.equal(
      await codeOf(configure({ ...registry, "AcrRegistryInfo.1.InstanceId": "cri-0123456789abcdef" })),
      undefined,
    );
  });

  /** Starts a container group from an image; returns why it does not start, or an empty string if it does. */
  async function start(image: string, fields: Record<string, string> = {}): Promise<string> {
    const { body } = await configure({ "Container.1.Image": image, ...fields });
    await callAction(double, "ess", "EnableScalingGroup", {
      ScalingGroupId: group,
      ActiveScalingConfigurationId: String(body["ScalingConfigurationId"]),
    });
    let problem: string | undefined;
    await waitUntil(async () => {
      const activities = await callAction(double, "ess", "DescribeScalingActivities", { ScalingGroupId: group });
      const [one] = (activities.body["ScalingActivities"] as { ScalingActivity: Record<string, string>[] })
        .ScalingActivity;
      if (one?.["StatusCode"] !== "InProgress") problem = one?.["StatusMessage"];
      return problem !== undefined;
    });
    return problem ?? "";
  }
  const inside = `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app${digest}`;
  const custom = `images.example.com/team/app${digest}`;
  const instance = "cri-0123456789abcdef";
  const link = () =>
    callAction(double, "cr", "CreateInstanceVpcEndpointLinkedVpc", {
      InstanceId: instance,
      VpcId: balanced.vpc,
      VswitchId: balanced.vSwitches[0],
      ModuleName: "Registry",
      EnableCreateDNSRecordInPvzt: true,
    });
  const addInstance = (more: { isPublic?: boolean; vpcQuota?: number } = {}) =>
    double.world.registries.instances.set(instance, {
      id: instance,
      name: "books",
      customDomains: ["images.example.com"],
      ...more,
    });
  const running = () =>
    waitUntil(() => double.world.registries.tables.registryLinks.all().every(({ status }) => status === "RUNNING"));

  it("pull from the personal edition without a link", async () => {
    assert.equal(await start(`registry-vpc.cn-hangzhou.aliyuncs.com/team/app${digest}`), "");
  });

  it("do not pull from another region's registry inside the VPC", async () => {
    assert.match(await start(`registry-vpc.cn-beijing.aliyuncs.com/team/app${digest}`), /no such host/);
  });

  it("do not pull from another cloud's private registry", async () => {
    const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/app${digest}`;
    assert.match(await start(image), /no basic auth credentials/);
  });

  it("do not pull over the internet without a route to it", async () => {
    assert.match(await start(`docker.io/library/nginx${digest}`), /i\/o timeout/);
  });

  it("do not pull from an enterprise registry that is not linked to the VPC", async () => {
    addInstance();
    assert.match(await start(inside), /lookup books-registry-vpc\.cn-hangzhou\.cr\.aliyuncs\.com: no such host/);
  });

  it("pull from an enterprise registry that is linked to the VPC", async () => {
    addInstance();
    await link();
    await running();
    assert.equal(await start(inside), "");
  });

  it("do not pull by a custom domain of a registry that the configuration does not name", async () => {
    addInstance();
    await link();
    await running();
    assert.match(await start(custom), /unauthorized/);
  });

  it("pull by a custom domain of a registry that the configuration names", async () => {
    addInstance();
    await link();
    await running();
    const named = { "AcrRegistryInfo.1.InstanceId": instance, "AcrRegistryInfo.1.Domain.1": "images.example.com" };
    assert.equal(await start(custom, named), "");
  });

  describe("with an init container", () => {
    const secret = "acs:kms:cn-hangzhou:1234567890123456:secret/books/db";
    const key = "acs:kms:cn-hangzhou:1234567890123456:key/key-hzz6304944example";
    const app = `registry-vpc.cn-hangzhou.aliyuncs.com/team/app${digest}`;
    const init = (image = `registry-vpc.cn-hangzhou.aliyuncs.com/team/secrets${digest}`) => ({
      RamRoleName: "app",
      "InitContainer.1.Name": "secrets",
      "InitContainer.1.Image": image,
      "InitContainer.1.InitContainerEnvironmentVar.1.Key": "SECRET_DB",
      "InitContainer.1.InitContainerEnvironmentVar.1.Value": secret,
    });
    const document = (Statement: object[]) => JSON.stringify({ Version: "1", Statement });
    const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action: [Action], Resource: [Resource] });
    const addRole = (...statements: object[]) =>
      Promise.all([
        callAction(double, "ram", "CreateRole", { RoleName: "app", AssumeRolePolicyDocument: document([{}]) }),
        ...(statements.length === 0
          ? []
          : [callAction(double, "ram", "CreatePolicy", { PolicyName: "read", PolicyDocument: document(statements) })]),
      ]).then(() =>
        statements.length === 0
          ? undefined
          : callAction(double, "ram", "AttachPolicyToRole", {
              RoleName: "app",
              PolicyName: "read",
              PolicyType: "Custom",
            }),
      );

    it("start the app once it has read what it names", async () => {
      await addRole(allow("kms:GetSecretValue", secret), allow("kms:Decrypt", key));
      assert.equal(await start(app, init()), "");
    });

    it("do not start if its image cannot be pulled", async () => {
      await addRole(allow("kms:*", "*"));
      const problem = await start(app, init(`registry-vpc.cn-beijing.aliyuncs.com/team/secrets${digest}`));
      assert.match(problem, /ErrImagePull.*team\/secrets/);
    });

    it("do not start without the right to read a secret", async () => {
      await addRole();
      assert.match(
        await start(app, init()),
        /init container secrets exited with 1: Forbidden\.NoPermission.*books\/db/,
      );
    });

    it("do not start without the right to decrypt with the key of a secret", async () => {
      await addRole(allow("kms:GetSecretValue", secret));
      assert.match(await start(app, init()), /Forbidden\.NoPermission/);
    });

    it("do not start if a statement denies what another one allows", async () => {
      await addRole(allow("kms:*", "acs:kms:*"), { ...allow("kms:GetSecretValue", secret), Effect: "Deny" });
      assert.match(await start(app, init()), /Forbidden\.NoPermission/);
    });

    it("are refused with a role that was created a moment ago", async () => {
      double.world.delays.role = 300;
      await addRole();
      assert.equal(await codeOf(configure(init())), "InvalidRamRole.NotFound");
      await waitUntil(async () => (await codeOf(configure(init()))) === undefined);
    });

    it("do not start if a secret does not exist", async () => {
      double.world.keyOfSecret = () => undefined;
      await addRole(allow("kms:*", "*"));
      assert.match(await start(app, init()), /Forbidden\.ResourceNotFound/);
    });
  });

  it("mount only volumes that are of the type NFS, whatever the others have as its fields", async () => {
    const app = `registry-vpc.cn-hangzhou.aliyuncs.com/team/app${digest}`;
    const volume = { "Volume.1.Name": "secrets", "Volume.1.NFSVolume.Server": "", "Volume.1.NFSVolume.Path": "" };
    assert.match(await start(app, { ...volume, "Volume.1.Type": "NFSVolume" }), /FailedMount/);
    await callAction(double, "ess", "DisableScalingGroup", { ScalingGroupId: group });
    assert.equal(await start(app, { ...volume, "Volume.1.Type": "EmptyDirVolume" }), "");
  });

  it("have targets that the health status does not list in the first moments, although they are not healthy", async () => {
    double.world.delays.unlisted = 300;
    double.world.delays.healthy = 60_000;
    await callAction(double, "ess", "AttachAlbServerGroups", {
      ScalingGroupId: group,
      "AlbServerGroup.1.AlbServerGroupId": balanced.blue,
      "AlbServerGroup.1.Port": 8080,
      "AlbServerGroup.1.Weight": 100,
      ForceAttach: true,
    });
    await start(`registry-vpc.cn-hangzhou.aliyuncs.com/team/app${digest}`);
    const health = async () => {
      const { body } = await callAction(double, "alb", "GetListenerHealthStatus", { ListenerId: balanced.listener });
      return JSON.stringify(body);
    };
    await waitUntil(() => double.plane.targets(balanced.blue).length === 1);
    assert.doesNotMatch(await health(), /"Initial"/);
    await waitUntil(async () => (await health()).includes('"Initial"'));
  });

  it("refuse what no container group can have", async () => {
    const variable = (list: string, key: string, value: string) => ({
      [`${list}.1.Key`]: key,
      [`${list}.1.Value`]: value,
    });
    const of = (...parts: string[]) =>
      Object.fromEntries(parts.map((part, index) => [`Container.1.Arg.${index + 1}`, part]));
    const codes = {
      "InvalidParameter.ContainerGroupName": { ContainerGroupName: "books-1-4-2-RC1" },
      "InvalidParameter.Arg": of(...Array.from({ length: 11 }, () => "x")),
      "InvalidParameter.EnvironmentVar.Value": variable("Container.1.EnvironmentVar", "A", "x".repeat(257)),
      "InvalidParameter.EnvironmentVar.Key": variable("Container.1.EnvironmentVar", "1A", "x"),
      "InvalidParameter.VolumeMount.Name": { "Container.1.VolumeMount.1.Name": "files" },
    };
    for (const [code, fields] of Object.entries(codes)) assert.equal(await codeOf(configure(fields)), code);
  });

  it("are in a VPC that is linked once, and only as many are linked as the registry has bought", async () => {
    assert.equal(await codeOf(link()), "INSTANCE_NOT_EXIST");
    addInstance({ vpcQuota: 0 });
    assert.equal(await codeOf(link()), "VPC_QUOTA_EXCEEDED");
    addInstance();
    await link();
    assert.equal(await codeOf(link()), "INSTANCE_ACCESS_EXIST");
    const used = { VSwitchId: balanced.vSwitches[0] };
    await callAction(double, "alb", "DeleteLoadBalancer", { LoadBalancerId: balanced.loadBalancer });
    assert.equal(await codeOf(callAction(double, "vpc", "DeleteVSwitch", used)), "DependencyViolation");
    const linked = {
      InstanceId: instance,
      VpcId: balanced.vpc,
      VswitchId: balanced.vSwitches[0],
      ModuleName: "Registry",
    };
    await running();
    await callAction(double, "cr", "DeleteInstanceVpcEndpointLinkedVpc", linked);
    await waitUntil(() => double.inventory()["registryLinks"] === undefined);
    const again = callAction(double, "cr", "DeleteInstanceVpcEndpointLinkedVpc", linked);
    assert.equal(await codeOf(again), "INSTANCE_ACCESS_NOT_EXIST");
  });
});
