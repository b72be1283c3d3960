/** What AWS refuses of the schedules of an Auto Scaling group, and the emulator accepts. */
import assert from "node:assert/strict";
import {
  CreateAutoScalingGroupCommand,
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";

describe("engine: the emulator's gateway: schedules of an Auto Scaling group", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  const put = (ScheduledActionName: string, Recurrence: string, more: object = {}) =>
    cloud.scaling.send(
      new PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName: "group",
        ScheduledActionName,
        Recurrence,
        MinSize: 1,
        MaxSize: 2,
        ...more,
      }),
    );
  const twin = /^AlreadyExists.*: Scheduled action with this scheduled start time already exists/;

  before(async () => {
    cloud = aws.gateway.reader(region);
    const { LaunchTemplate: { LaunchTemplateId } = {} } = await cloud.ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: "template", LaunchTemplateData: {} }),
    );
    await cloud.scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "group",
        MinSize: 0,
        MaxSize: 1,
        AvailabilityZones: [`${region}a`],
        LaunchTemplate: { LaunchTemplateId },
      }),
    );
  });

  it("refuses a second one at the same time, whatever its time zone", async () => {
    await put("morning", "0 8 * * *");
    assert.match(await refusalOf(put("eight", "0 8 * * *")), twin);
    assert.match(await refusalOf(put("in-asia", "0 16 * * *", { TimeZone: "Asia/Shanghai" })), twin);
    await put("morning", "0 8 * * *", { MinSize: 0 });
    await put("evening", "0 20 * * *");
  });

  it("refuses two at once for one group", async () => {
    const calls = [put("noon", "0 12 * * *"), put("night", "0 23 * * *")];
    const [first, second] = await Promise.allSettled(calls);
    assert.equal(first?.status, "fulfilled");
    assert.match(String(second?.status === "rejected" ? second.reason : ""), /already exists/);
    await put("night", "0 23 * * *");
  });

  it("reads a start time, which a change must not send back", async () => {
    const { ScheduledUpdateGroupActions: [found] = [] } = await cloud.scaling.send(
      new DescribeScheduledActionsCommand({ AutoScalingGroupName: "group", ScheduledActionNames: ["morning"] }),
    );
    const { StartTime } = found ?? {};
    assert.ok(StartTime);
    assert.match(await refusalOf(put("morning", "0 8 * * *", { StartTime })), /^ValidationError.*in the past/);
    const remove = { AutoScalingGroupName: "group", ScheduledActionName: "morning" };
    await cloud.scaling.send(new DeleteScheduledActionCommand(remove));
    await put("morning", "0 8 * * *");
  });
});
