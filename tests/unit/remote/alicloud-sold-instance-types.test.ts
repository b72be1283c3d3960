/** Which instance types the zones of a group on Alibaba Cloud sell. */
import assert from "node:assert/strict";
import * as lookup from "../../../components/clouds/alicloud/sold-instance-types.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the instance types that the zones of a group sell", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** The status of each type, by zone. */
  let offers: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

  beforeEach(() => {
    api.reply = (action, { VSwitchId, InstanceType = "" }): Reply => {
      if (action === "DescribeVSwitchAttributes") return { ZoneId: VSwitchId === "vsw-1" ? "zone-1" : "zone-2" };
      const AvailableZone = Object.entries(offers).flatMap(([ZoneId, types]) => {
        const SupportedResource = [{ Value: InstanceType, Status: types[InstanceType] }];
        const AvailableResource = [{ SupportedResources: { SupportedResource } }];
        return types[InstanceType] === undefined ? [] : [{ ZoneId, AvailableResources: { AvailableResource } }];
      });
      return { AvailableZones: { AvailableZone } };
    };
  });

  const inputs = () => ({
    region: "cn-hangzhou",
    ecs: api.url,
    network: api.url,
    types: ["ecs.a", "ecs.b", "ecs.c"],
    vSwitches: ["vsw-1", "vsw-2"],
  });
  const sold = async () => (await lookup.create(inputs())).outs.sold;

  it("are those that one of its zones has in stock, in their order", async () => {
    offers = {
      "zone-1": { "ecs.c": "Available", "ecs.a": "SoldOut" },
      "zone-2": { "ecs.b": "Available" },
      "zone-3": { "ecs.a": "Available" },
    };
    assert.deepEqual(await sold(), ["ecs.b", "ecs.c"]);
  });

  it("fail the update where there is none, with what to do", async () => {
    offers = { "zone-3": { "ecs.a": "Available" } };
    await assert.rejects(sold(), /zone-1 and zone-2 sell none of .*ecs\.a, ecs\.b, ecs\.c now; use other zones/);
  });

  it("are all where the credentials may not look", async () => {
    api.reply = () => refusal("Forbidden.RAM");
    assert.deepEqual(await sold(), inputs().types);
  });
});
