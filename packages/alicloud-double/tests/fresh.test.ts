/** An account that is new: it has activated no product, has no service-linked role, and small quotas. */
import assert from "node:assert/strict";
import { callAction, products, type AlicloudDouble } from "../src";
import { createVSwitch, pause, requireModels, startFast } from "./support";

describe("Alibaba Cloud double: a fresh account", () => {
  let double: AlicloudDouble;
  before(async function () {
    requireModels(this);
    double = await startFast({ fresh: true });
  });
  after(() => double.stop());

  const rest = async (headers: Record<string, string>) => {
    const reply = await fetch(`http://${double.address}/`, { headers });
    return `${reply.status} ${await reply.text()}`;
  };
  const code = async (
    ...[service, action, fields]: [Parameters<typeof callAction>[1], string, Record<string, string>]
  ) => (await callAction(double, service, action, fields)).body["Code"];

  it("is refused by each product until it has activated it", async () => {
    const calls: Record<string, [() => Promise<unknown>, RegExp]> = {
      oss: [() => rest({ authorization: "OSS double:x" }), /UserDisable/],
      sls: [() => rest({ authorization: "LOG double:x", "x-log-apiversion": "0.6.0" }), /AccessKeyId \w+ is inactive/],
      nas: [() => code("nas", "DescribeFileSystems", {}), /Forbidden.NotActivated/],
      kms: [() => code("kms", "DescribeSecret", { SecretName: "s" }), /Forbidden.NotActivated/],
      acr: [() => code("cr", "GetInstanceVpcEndpoint", { InstanceId: "cri-x" }), /SERVICE_NOT_OPEN/],
    };
    for (const [product, [call, refusal]] of Object.entries(calls)) {
      assert.match(String(await call()), refusal);
      double.activate(products.find((one) => one === product) ?? "oss");
      assert.doesNotMatch(String(await call()), refusal);
    }
  });

  it("creates a product's role on its first use, if the caller may", async () => {
    const { body } = await callAction(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
    const VpcId = String(body["VpcId"]);
    await pause(10);
    const VSwitchId = await createVSwitch(double, VpcId, "g", "10.0.0.0/24");
    await pause(10);
    const gateway = () => code("vpc", "CreateNatGateway", { VpcId, VSwitchId, NatType: "Enhanced" });
    double.world.mayCreateServiceLinkedRoles = false;
    assert.equal(await gateway(), "NoPermission");
    assert.equal(
      await code("resourcemanager", "CreateServiceLinkedRole", { ServiceName: "ess.aliyuncs.com" }),
      "NoPermission",
    );
    double.world.mayCreateServiceLinkedRoles = true;
    assert.equal(await gateway(), undefined);
    assert.ok(double.world.ram.roles.get("AliyunServiceRoleForNatgw"));
    double.world.mayCreateServiceLinkedRoles = false;
    assert.equal(await gateway(), undefined);
  });

  it("has no more resources than its quotas", async () => {
    double.world.quotas.eips = 1;
    const allocate = () => code("vpc", "AllocateEipAddress", {});
    assert.deepEqual([await allocate(), await allocate()], [undefined, "QuotaExceeded.Eip"]);
    double.world.quotas.vpcs = 1;
    assert.equal(await code("vpc", "CreateVpc", { CidrBlock: "10.1.0.0/16" }), "QuotaExceeded.Vpc");
    double.world.quotas.natGateways = 2;
    const { vpcId, id } = [...double.world.network.vSwitches.where(() => true)][0] ?? { vpcId: "", id: "" };
    const fields = { VpcId: vpcId, VSwitchId: id, NatType: "Enhanced" };
    assert.equal(await code("vpc", "CreateNatGateway", fields), "QuotaExceeded.NatGateway");
  });
});
