/** The attachment of a server group to a scaling group on Alibaba Cloud, against an API that has both. */
import assert from "node:assert/strict";
import * as attachment from "../../../components/clouds/alicloud/server-group-attachment.remote";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("a server group's attachment on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** The attached server groups; undefined where there is no scaling group. */
  let attached: string[] | undefined;
  let statuses: string[];
  /** With which codes the next changes are refused. */
  let refusals: string[];

  beforeEach(() => {
    attached = [];
    refusals = [];
    statuses = ["InProgress", "Successful"];
    api.reply = reply;
  });

  function reply(action: string, fields: Fields): Reply {
    if (action === "DescribeScalingGroups") {
      const groups = attached?.map((ServerGroupId) => ({ ServerGroupId, Port: 8080, Type: "ALB" }));
      return { ScalingGroups: { ScalingGroup: groups ? [{ ServerGroups: { ServerGroup: groups } }] : [] } };
    }
    if (action === "DescribeScalingActivities") {
      const StatusCode = statuses.length > 1 ? statuses.shift() : statuses[0];
      return { ScalingActivities: { ScalingActivity: [{ StatusCode, StatusMessage: "no instance" }] } };
    }
    if (attached === undefined) return refusal("InvalidScalingGroupId.NotFound");
    const code = refusals.shift();
    if (code !== undefined) return refusal(code);
    const { "ServerGroup.1.ServerGroupId": id = "" } = fields;
    if (action === "AttachServerGroups") attached.push(id);
    else attached = attached.filter((one) => one !== id);
    return { ScalingActivityId: "activity" };
  }

  const inputs = () => ({ region: "cn-hangzhou", scaling: api.url, group: "asg-1", serverGroup: "sgp-1", port: 8080 });
  const create = async () => (await attachment.create(inputs())).outs;
  const changes = () => api.actions.filter((action) => /^(At|De)tach/.test(action));

  it("is made once, with the instances that run, and waits until they have joined", async () => {
    const { member } = await create();
    assert.equal(member, "asg-1:sgp-1:ALB:8080");
    assert.deepEqual(attached, ["sgp-1"]);
    assert.equal(statuses.length, 1);
    await create();
    assert.deepEqual(changes(), ["AttachServerGroups"]);
    assert.deepEqual(await attachment.read(member, await create()), { id: member, props: await create() });
  });

  it("is made and removed again and again while the group's other activities are in progress", async () => {
    const busy = ["ScalingActivityInProgress", "InvalidOperation.Conflict", "IncorrectScalingGroupStatus"];
    refusals = [...busy];
    const outputs = await create();
    assert.deepEqual(attached, ["sgp-1"]);
    refusals = [...busy];
    await attachment.delete("id", outputs);
    assert.deepEqual(attached, []);
    refusals = ["InvalidParameter"];
    await assert.rejects(create(), /InvalidParameter/);
  });

  it("fails where the instances cannot join, or without a scaling group", async () => {
    statuses = ["Failed"];
    await assert.rejects(create(), /activity: Failed\. no instance/);
    attached = undefined;
    await assert.rejects(create(), /asg-1 does not exist/);
  });

  it("is removed once, also where an interrupted update has removed it or its group", async () => {
    const outputs = await create();
    await attachment.delete("id", outputs);
    assert.deepEqual(attached, []);
    await attachment.delete("id", outputs);
    attached = undefined;
    await attachment.delete("id", outputs);
    assert.deepEqual(changes(), ["AttachServerGroups", "DetachServerGroups"]);
    assert.deepEqual(await attachment.read("id", outputs), {});
  });
});
