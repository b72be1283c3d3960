/** An account that is new: it has activated no product, has no service-linked role, and small quotas. */
import assert from "node:assert/strict";
import { callAction, callForField, products, type AlicloudDouble } from "../src";
import { Refusal } from "../src/refusal";
import { Bucket } from "../src/services/oss/records";
import { routeOss } from "../src/services/oss/router";
import { createLoadBalancer, createVSwitch, pause, requireModels, startFast, waitUntil } from "./support";

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
    const file = { ProtocolType: "NFS", StorageType: "Capacity" };
    const FileSystemId = await callForField(double, "nas", "CreateFileSystem", file, "FileSystemId");
    await pause(20);
    const mount = () => code("nas", "CreateMountTarget", { FileSystemId, NetworkType: "Vpc", VpcId, VSwitchId });
    double.world.mayCreateServiceLinkedRoles = false;
    assert.deepEqual([await gateway(), await mount()], ["NoPermission", "NoPermission"]);
    assert.equal(
      await code("resourcemanager", "CreateServiceLinkedRole", { ServiceName: "ess.aliyuncs.com" }),
      "NoPermission",
    );
    double.world.mayCreateServiceLinkedRoles = true;
    assert.deepEqual([await gateway(), await mount()], [undefined, undefined]);
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

describe("Alibaba Cloud double: what outlives its deletion, and what new accounts may not do", () => {
  let double: AlicloudDouble;
  before(async function () {
    requireModels(this);
    double = await startFast();
  });
  after(() => double.stop());

  it("keeps a VPC and its vSwitches while a deleted load balancer has a security group and interfaces there", async () => {
    const { vpc, loadBalancer, vSwitches, securityGroup } = await createLoadBalancer(double);
    await pause(30);
    double.world.delays.managedGroup = 60_000;
    await callAction(double, "alb", "DeleteLoadBalancer", { LoadBalancerId: loadBalancer });
    await callAction(double, "ecs", "DeleteSecurityGroup", { SecurityGroupId: securityGroup });
    const first = { VSwitchId: vSwitches[0] };
    assert.equal((await callAction(double, "vpc", "DeleteVSwitch", first)).body.Code, "DependencyViolation");
    double.world.managedGroups.set(loadBalancer, { vpcId: vpc, vSwitchIds: [] });
    for (const VSwitchId of vSwitches) await callAction(double, "vpc", "DeleteVSwitch", { VSwitchId });
    const remove = async () => (await callAction(double, "vpc", "DeleteVpc", { VpcId: vpc })).body.Code;
    assert.equal(await remove(), "DependencyViolation.SecurityGroup");
    double.world.managedGroups.delete(loadBalancer);
    assert.equal(await remove(), undefined);
  });

  it("deletes the managed security group of a deleted load balancer after a while", async () => {
    const { loadBalancer } = await createLoadBalancer(double);
    await pause(30);
    double.world.delays.managedGroup = 30;
    await callAction(double, "alb", "DeleteLoadBalancer", { LoadBalancerId: loadBalancer });
    await waitUntil(() => !double.world.managedGroups.has(loadBalancer));
  });

  it("refuses the data of objects under the public names of mainland China to new accounts", () => {
    double.world.buckets.put("books", new Bucket("books", "private", "Standard", "LRS"));
    const put = (region: string) => {
      const host = `books.oss-${region}.aliyuncs.com`;
      const request = {
        method: "PUT",
        host,
        path: "/a",
        query: new URLSearchParams(),
        headers: {},
        body: Buffer.from("a"),
      };
      try {
        routeOss(double.world, request).perform();
        return "ok";
      } catch (error) {
        return error instanceof Refusal ? error.code : String(error);
      }
    };
    const all = () => ["cn-hangzhou", "cn-hangzhou-internal", "cn-hongkong", "ap-southeast-1"].map(put);
    assert.deepEqual(all(), ["ok", "ok", "ok", "ok"]);
    double.world.publicObjectData = false;
    assert.deepEqual(all(), ["PublicEndpointForbidden", "ok", "ok", "ok"]);
  });
});
