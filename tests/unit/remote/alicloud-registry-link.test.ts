/** The link between a VPC and a container registry on Alibaba Cloud. */
import assert from "node:assert/strict";
import * as link from "../../../components/clouds/alicloud/registry-link.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the link between a VPC and a container registry on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** The links of the registry, by VPC. */
  const links = new Map<string, { VswitchId: string; Status: string }>();
  let reply: (action: string) => Reply | undefined = () => undefined;

  beforeEach(() => {
    links.clear();
    reply = () => undefined;
    api.reply = (action, { VpcId = "", VswitchId = "" }): Reply => {
      const scripted = reply(action);
      if (scripted !== undefined) return scripted;
      if (action === "GetInstanceVpcEndpoint") {
        const LinkedVpcs = [...links].map(([id, one]) => ({ VpcId: id, ...one }));
        for (const one of links.values()) one.Status = "RUNNING";
        return { LinkedVpcs };
      }
      if (action === "DeleteInstanceVpcEndpointLinkedVpc")
        return links.delete(VpcId) ? {} : refusal("INSTANCE_ACCESS_NOT_EXIST");
      if (links.has(VpcId)) return refusal("INSTANCE_ACCESS_EXIST");
      links.set(VpcId, { VswitchId, Status: "CREATING" });
      return {};
    };
  });

  const inputs = (...vSwitches: readonly string[]) => ({
    region: "cn-hangzhou",
    endpoint: api.url,
    registry: "cri-1",
    vpc: "vpc-1",
    vSwitches: vSwitches.length > 0 ? vSwitches : ["vsw-1"],
  });
  const changes = () => api.actions.filter((action) => action !== "GetInstanceVpcEndpoint");

  it("is made with records for the names, and complete once it runs", async () => {
    const { id } = await link.create(inputs());
    assert.equal(id, "cri-1:vpc-1");
    const fields = api.requests.find(({ action }) => action.startsWith("Create"))?.fields ?? {};
    assert.deepEqual([fields.ModuleName, fields.EnableCreateDNSRecordInPvzt], ["Registry", "true"]);
    assert.equal(links.get("vpc-1")?.Status, "RUNNING");
    // The first reply after the creation says that it does not run yet.
    assert.deepEqual(api.actions.slice(-2), ["GetInstanceVpcEndpoint", "GetInstanceVpcEndpoint"]);
  });

  it("is the one that an interrupted update has made", async () => {
    links.set("vpc-1", { VswitchId: "vsw-1", Status: "CREATING" });
    await link.create(inputs());
    assert.deepEqual(changes(), []);
  });

  it("moves to another vSwitch only where its own is to be deleted", async () => {
    await link.create(inputs());
    await link.update("cri-1:vpc-1", inputs(), inputs("vsw-0", "vsw-1"));
    assert.equal(links.get("vpc-1")?.VswitchId, "vsw-1");
    await link.update("cri-1:vpc-1", inputs(), inputs("vsw-0", "vsw-2"));
    assert.equal(links.get("vpc-1")?.VswitchId, "vsw-0");
  });

  it("fails with the reason, and with what to do about the quota", async () => {
    reply = (action) => (action.startsWith("Create") ? refusal("VPC_QUOTA_EXCEEDED") : undefined);
    await assert.rejects(link.create(inputs()), /cri-1 cannot be linked .*VPC_QUOTA_EXCEEDED.*buy a larger VPC quota/);
  });

  it("is deleted, also where it is gone, and other VPCs' links are not", async () => {
    await link.create(inputs());
    links.set("vpc-2", { VswitchId: "vsw-9", Status: "RUNNING" });
    await link.delete("cri-1:vpc-1", inputs());
    await link.delete("cri-1:vpc-1", inputs());
    assert.deepEqual([...links.keys()], ["vpc-2"]);
  });
});
