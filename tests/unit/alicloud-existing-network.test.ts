import assert from "node:assert/strict";
import { differentZones } from "../../components/clouds/alicloud/network";

describe("the vSwitches of an existing network on Alibaba Cloud", () => {
  it("are refused for a load balancer where two are in one zone, or all", () => {
    const in3 = ["h", "h", "i"].map((zone, index) => [`vsw-${index + 1}`, `cn-hangzhou-${zone}`] as const);
    const list = "vsw-1 is in cn-hangzhou-h, vsw-2 is in cn-hangzhou-h";
    assert.throws(() => differentZones(in3), new RegExp(`in two or more zones, and one in each: ${list}, vsw-3 is in`));
    assert.throws(() => differentZones(in3.slice(0, 2)), new RegExp(`one in each: ${list}$`));
    assert.throws(() => differentZones(in3.slice(0, 1)), /one in each: vsw-1 is in cn-hangzhou-h$/);
    assert.deepEqual(differentZones(in3.slice(1)), ["cn-hangzhou-h", "cn-hangzhou-i"]);
  });
});
