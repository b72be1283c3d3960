import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createLoadBalancer, requireModels, startFast, waitUntil, type Balanced } from "./support";

describe("Alibaba Cloud double: scaling groups of container groups", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  let group: string;
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
  const digest = `@sha256:${"a".repeat(64)}`;
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
