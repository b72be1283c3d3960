/** The default route of a VPC on Alibaba Cloud. */
import assert from "node:assert/strict";
import * as route from "../../../components/clouds/alicloud/default-route.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the default route of a VPC on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** Where the route leads; undefined for no route. */
  let hop: string | undefined;
  let busy = 0;

  beforeEach(() => {
    busy = 0;
    api.reply = (action, fields): Reply => {
      if (action === "DescribeRouteEntryList")
        return {
          RouteEntrys: {
            RouteEntry:
              hop === undefined ? [] : [{ RouteEntryId: "rte-1", NextHops: { NextHop: [{ NextHopId: hop }] } }],
          },
        };
      if (busy-- > 0) return refusal("TaskConflict");
      if (action === "CreateRouteEntry") hop = fields.NextHopId;
      if (action === "ModifyRouteEntry") hop = fields.NewNextHopId;
      if (action === "DeleteRouteEntry") hop = undefined;
      return {};
    };
  });

  const inputs = (gateway: string) => ({
    region: "cn-hangzhou",
    endpoint: api.url,
    routeTable: "vtb-1",
    gateway,
  });
  const changes = () => api.actions.filter((action) => action !== "DescribeRouteEntryList");

  it("is the cloud's own, and created where it lacks", async () => {
    hop = "ngw-1";
    const { outs } = await route.create(inputs("ngw-1"));
    assert.equal(outs.member, "vtb-1:ngw-1");
    assert.deepEqual(changes(), []);
    hop = undefined;
    await route.create(inputs("ngw-1"));
    assert.equal(hop, "ngw-1");
  });

  it("leads to another gateway in place, also where the cloud is busy at first", async () => {
    hop = "ngw-1";
    busy = 2;
    const { outs } = await route.update("vtb-1", inputs("ngw-1"), inputs("ngw-2"));
    assert.deepEqual([hop, outs.member], ["ngw-2", "vtb-1:ngw-2"]);
    assert.deepEqual([...new Set(changes())], ["ModifyRouteEntry"]);
  });

  it("is deleted only where it leads to the gateway", async () => {
    hop = "ngw-2";
    await route.delete("vtb-1", inputs("ngw-1"));
    assert.deepEqual(changes(), []);
    await route.delete("vtb-1", inputs("ngw-2"));
    assert.equal(hop, undefined);
    await route.delete("vtb-1", inputs("ngw-2"));
  });
});
