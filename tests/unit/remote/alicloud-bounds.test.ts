/** The bounds of a scaling group against an API that replies as each test says. */
import assert from "node:assert/strict";
import * as bounds from "../../../components/clouds/alicloud/bounds.remote";
import { simulatedClock } from "../../support/clock";
import { ScriptedApi, refusal } from "../../support/scripted-api";

describe("the bounds of a scaling group on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  const inputs = (min: number, max: number) => ({
    ...{ region: "cn-hangzhou", scaling: api.url, group: "asg-1", schedules: [], heldFor: "", holdSeconds: 0 },
    ...{ min, max },
  });
  const group = (MinSize: number, MaxSize: number, DesiredCapacity: number) => ({
    ScalingGroups: { ScalingGroup: [{ MinSize, MaxSize, DesiredCapacity }] },
  });
  const set = () =>
    api.requests
      .filter(({ action }) => action === "ModifyScalingGroup")
      .map(({ fields: { ScalingGroupId, MinSize, MaxSize, DesiredCapacity } }) => [
        ...[ScalingGroupId, MinSize, MaxSize, DesiredCapacity],
      ]);

  it("are left alone where the group was created with them", async () => {
    api.reply = () => group(2, 6, 2);
    await bounds.create(inputs(2, 6));
    assert.deepEqual(set(), []);
  });

  it("leave the number of instances to the triggers where it fits, and else move it", async () => {
    api.reply = () => group(2, 6, 5);
    const { outs } = await bounds.create(inputs(2, 6));
    await bounds.update("asg-1", outs, inputs(3, 6));
    await bounds.update("asg-1", outs, inputs(1, 4));
    await bounds.update("asg-1", outs, inputs(6, 8));
    assert.deepEqual(set(), [
      ["asg-1", "3", "6", undefined],
      ["asg-1", "1", "4", "4"],
      ["asg-1", "6", "8", "6"],
    ]);
  });

  it("of a release know its size, and set it", async () => {
    api.reply = () => group(2, 6, 5);
    const release = bounds.boundedGroup({ region: "cn-hangzhou", scaling: api.url }, "asg-1");
    assert.equal(await release.size(), 5);
    await release.resize(6);
    assert.deepEqual(set(), [["asg-1", undefined, undefined, "6"]]);
  });

  it("are set again while another activity of the group is in progress", async () => {
    let refused = 0;
    api.reply = (action) =>
      action === "ModifyScalingGroup" && refused++ < 2 ? refusal("ScalingActivityInProgress") : group(2, 6, 2);
    await bounds.update("asg-1", { applied: { min: 2, max: 6 } }, inputs(3, 6));
    assert.equal(set().length, 3);
  });

  it("are gone with their group", async () => {
    api.reply = () => ({ ScalingGroups: { ScalingGroup: [] } });
    assert.deepEqual(await bounds.read("asg-1", inputs(2, 6)), {});
  });
});
