/** The instance types that a group of machines on Alibaba Cloud tries. */
import assert from "node:assert/strict";
import * as order from "../../../components/clouds/alicloud/instance-type-order.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("the instance types of a group on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();

  it("are sent in their order, with the launch template, also where the group is busy at first", async () => {
    api.reply = (_action, _fields, request) => (request < 2 ? refusal("ScalingActivityInProgress") : {});
    const types = ["ecs.u1-c1m2.large", "ecs.c7.large", "ecs.c6.large"];
    const inputs = { region: "cn-hangzhou", scaling: api.url, group: "asg-1", template: "lt-1", version: "1", types };
    const { id, outs } = await order.create(inputs);
    assert.deepEqual([id, outs.ordered, api.actions.length], ["asg-1", "asg-1", 2]);
    const { fields } = api.requests.at(-1) ?? assert.fail();
    assert.deepEqual(
      [1, 2, 3].map((number) => fields[`LaunchTemplateOverride.${number}.InstanceType`]),
      types,
    );
    assert.deepEqual([fields.LaunchTemplateId, fields.LaunchTemplateVersion], ["lt-1", "1"]);
  });
});
