/** The health checks by which a scaling group on Alibaba Cloud replaces its instances. */
import assert from "node:assert/strict";
import * as checks from "../../../components/clouds/alicloud/health-check-types.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("the health checks of a scaling group on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  const inputs = (...types: readonly string[]) => ({
    region: "cn-hangzhou",
    scaling: api.url,
    group: "asg-1",
    types,
  });
  const sent = () => {
    const fields = api.requests.at(-1)?.fields ?? {};
    return [fields["HealthCheckTypes.1"], fields["HealthCheckTypes.2"]];
  };

  it("are set, also where the group is busy at first", async () => {
    api.reply = (_action, _fields, request) => (request < 2 ? refusal("ScalingActivityInProgress") : {});
    const { id, outs } = await checks.create(inputs("ECS", "LOAD_BALANCER"));
    assert.deepEqual([id, outs.checked, ...sent()], ["asg-1", "asg-1", "ECS", "LOAD_BALANCER"]);
    assert.deepEqual(api.actions, ["ModifyScalingGroup", "ModifyScalingGroup"]);
  });

  it("change in place", async () => {
    api.reply = () => ({});
    await checks.update("asg-1", {}, inputs("ECS"));
    assert.deepEqual(sent(), ["ECS", undefined]);
  });
});
