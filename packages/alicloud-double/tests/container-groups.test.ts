import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, createLoadBalancer, requireModels, startFast, type Balanced } from "./support";

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
});
