import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import {
  codeOf,
  createScalingGroup,
  pause,
  requireModels,
  startBalancedGroup,
  startFast,
  waitUntil,
  type Balanced,
} from "./support";

const minute = 60_000;
const stamp = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;

describe("Alibaba Cloud double: schedules and triggers of scaling groups", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  let group: string;
  /** A double of another region. */
  let further: AlicloudDouble | undefined;
  before(function () {
    requireModels(this);
  });
  beforeEach(async () => {
    ({ double, balanced, group } = await startBalancedGroup());
  });
  afterEach(async () => {
    await further?.stop();
    further = undefined;
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const ess = (action: string, fields: Record<string, string | number | boolean>) =>
    callAction(double, "ess", action, fields);
  const capacity = () =>
    double.world.scaling.instances.where(({ groupId, lifecycle }) => groupId === group && lifecycle === "InService")
      .length;
  const bounds = () => {
    const { minSize, maxSize } = double.world.scaling.scalingGroups.get(group) ?? {};
    return [minSize, maxSize];
  };
  const createTask = (name: string, fields: Record<string, string | number | boolean> = {}) =>
    ess("CreateScheduledTask", {
      ScheduledTaskName: name,
      ScalingGroupId: group,
      MinValue: 3,
      MaxValue: 4,
      LaunchTime: stamp(Date.now() + 5 * minute),
      ...fields,
    });
  const daily = (hour: number) => ({
    RecurrenceType: "Cron",
    RecurrenceValue: `0 ${hour} * * *`,
    RecurrenceEndTime: stamp(Date.now() + 300 * 24 * 60 * minute),
  });
  const createRule = (name: string, metric = "CpuUtilization") =>
    ess("CreateScalingRule", {
      ScalingGroupId: group,
      ScalingRuleName: name,
      ScalingRuleType: "TargetTrackingScalingRule",
      MetricName: metric,
      TargetValue: 60,
    });
  const deleteGroup = async () => {
    await ess("DeleteScalingGroup", { ScalingGroupId: group, ForceDelete: true });
    await waitUntil(() => double.inventory()["scalingGroups"] === undefined);
  };

  it("refuse a health check that the API does not have, for both kinds of group", async () => {
    for (const type of ["ECI", "ALB", "ecs"]) {
      const create = () =>
        ess("CreateScalingGroup", {
          ScalingGroupName: "checked",
          GroupType: "ECI",
          MinSize: 0,
          MaxSize: 1,
          "VSwitchIds.1": balanced.vSwitches[0],
          "HealthCheckTypes.1": type,
          "HealthCheckTypes.2": "LOAD_BALANCER",
        });
      const { status, body } = await create();
      assert.deepEqual([status, body["Code"]], [400, "InvalidParameter"], type);
    }
  });

  it("start no instance of a type that the region does not sell", async () => {
    const { body: created } = await ess("CreateScalingGroup", {
      ...{ ScalingGroupName: "unsold", MinSize: 1, MaxSize: 1, "VSwitchIds.1": balanced.vSwitches[0] },
    });
    const ScalingGroupId = String(created["ScalingGroupId"]);
    const { body: configured } = await ess("CreateScalingConfiguration", {
      ...{ ScalingGroupId, ImageId: "m-x", InstanceType: "ecs.e-c2m1.large", SecurityGroupId: balanced.securityGroup },
    });
    const ActiveScalingConfigurationId = String(configured["ScalingConfigurationId"]);
    await ess("EnableScalingGroup", { ScalingGroupId, ActiveScalingConfigurationId });
    await waitUntil(async () => {
      const { body } = await ess("DescribeScalingActivities", { ScalingGroupId, StatusCode: "Failed" });
      return JSON.stringify(body).includes("InvalidResourceType.NotSupported");
    });
    assert.equal(double.world.scaling.instances.where(({ groupId }) => groupId === ScalingGroupId).length, 0);
  });

  it("start an instance of the next type where a zone has no more of the first one", async () => {
    double.world.machines.soldOut = (type) => type === "ecs.c7.large";
    const template = { LaunchTemplateName: "template", ImageId: "m-x", InstanceType: "ecs.c7.large" };
    const LaunchTemplateId = await callForField(double, "ecs", "CreateLaunchTemplate", template, "LaunchTemplateId");
    const start = async (ScalingGroupName: string, types: Record<string, string>) => {
      const size = { MinSize: 1, MaxSize: 1, "VSwitchIds.1": balanced.vSwitches[0], LaunchTemplateId };
      const { body } = await ess("CreateScalingGroup", { ScalingGroupName, ...size, ...types });
      const ScalingGroupId = String(body["ScalingGroupId"]);
      await ess("EnableScalingGroup", { ScalingGroupId });
      return double.world.scaling.instances.where(({ groupId }) => groupId === ScalingGroupId).map(({ type }) => type);
    };
    assert.deepEqual(await start("one", {}), []);
    const both = { "LaunchTemplateOverride.1.InstanceType": "ecs.c7.large" };
    assert.deepEqual(await start("two", { ...both, "LaunchTemplateOverride.2.InstanceType": "ecs.c6.large" }), [
      "ecs.c6.large",
    ]);
  });

  const unlaunched: readonly (readonly [code: string, zone: string, disk: object])[] = [
    ["InvalidParameter.HttpTokens", "g", { HttpTokens: "required" }],
    ["InvalidSystemDiskSize.LessThanImageSize", "g", { "SystemDisk.Size": 30 }],
    ["InvalidParameter.EncryptedNotSupported", "d", { "SystemDisk.Encrypted": true }],
    ["InvalidSystemDiskCategory.ValueNotSupported", "g", { "SystemDisk.Category": "cloud_efficiency" }],
    ["InvalidDataDiskCategory.NotSupported", "g", { "DataDisk.1.Category": "cloud_essd_entry" }],
  ];
  for (const [code, zone, settings] of unlaunched)
    it(`start no machine that ECS would not launch: ${code}`, async () => {
      const region = zone === "d" ? "cn-hongkong" : "cn-hangzhou";
      const other = (further = await startFast({ region }));
      const { machines } = other.world;
      const image = { id: "m-old", name: "old", sizeGiB: 40, imdsSupport: "v1", status: "Available" } as const;
      const rest = {
        family: "",
        description: "",
        encrypted: false,
        snapshotId: "s-1",
        sourceInstanceId: "",
        created: "",
      };
      machines.tables.images.put("m-old", { ...image, ...rest, tags: new Map<string, string>() });
      const make = (service: "ecs" | "vpc" | "ess", action: string, fields: object, id: string) =>
        callForField(other, service, action, fields as Record<string, string>, id);
      const VpcId = await make("vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
      await pause(10);
      const place = { VpcId, ZoneId: `${region}-${zone}`, CidrBlock: "10.0.0.0/24" };
      const vSwitch = await make("vpc", "CreateVSwitch", place, "VSwitchId");
      const disk = { "SystemDisk.Size": 40, ...settings };
      const template = { LaunchTemplateName: "template", ImageId: "m-old", InstanceType: "ecs.c7.large", ...disk };
      const LaunchTemplateId = await make("ecs", "CreateLaunchTemplate", template, "LaunchTemplateId");
      const size = { MinSize: 1, MaxSize: 1, "VSwitchIds.1": vSwitch, LaunchTemplateId };
      const id = await make("ess", "CreateScalingGroup", { ScalingGroupName: "group", ...size }, "ScalingGroupId");
      await callAction(other, "ess", "EnableScalingGroup", { ScalingGroupId: id });
      await waitUntil(async () => {
        const { body } = await callAction(other, "ess", "DescribeScalingActivities", { ScalingGroupId: id });
        return JSON.stringify(body).includes(code);
      });
      assert.equal(other.inventory()["instances"], undefined);
    });

  it("keeps the scheduled tasks and alarms of a scaling group that is deleted, and their names", async () => {
    await createTask("morning");
    await createRule("cpu");
    await deleteGroup();
    const { scheduledTasks, alarms, scalingRules } = double.inventory();
    assert.deepEqual([scheduledTasks, alarms, scalingRules], [1, 2, undefined]);
    ({ group } = await createScalingGroup(double, balanced, "green"));
    assert.equal(await codeOf(createTask("morning")), "InvalidScheduledTaskName.Duplicate");
    const { body } = await ess("DescribeScheduledTasks", { "ScheduledTaskName.1": "morning" });
    const [task] = (body["ScheduledTasks"] as { ScheduledTask: { ScheduledTaskId: string }[] }).ScheduledTask;
    await ess("DeleteScheduledTask", { ScheduledTaskId: task?.ScheduledTaskId ?? "" });
    assert.equal((await createTask("morning")).status, 200);
  });

  it("deletes the alarms of a target tracking rule with the rule", async () => {
    const { ScalingRuleId } = (await createRule("cpu")).body;
    assert.equal(double.inventory()["alarms"], 2);
    await ess("DeleteScalingRule", { ScalingRuleId: String(ScalingRuleId) });
    assert.equal(double.inventory()["alarms"], undefined);
  });

  it("refuses names that are taken in the account: of scheduled tasks, scaling rules and lifecycle hooks", async () => {
    const ScheduledTaskId = String((await createTask("morning")).body["ScheduledTaskId"]);
    await createTask("evening");
    assert.equal(await codeOf(createTask("morning")), "InvalidScheduledTaskName.Duplicate");
    assert.equal(
      await codeOf(ess("ModifyScheduledTask", { ScheduledTaskId, ScheduledTaskName: "evening" })),
      "InvalidScheduledTaskName.Duplicate",
    );
    await createRule("cpu");
    const first = group;
    ({ group } = await createScalingGroup(double, balanced, "green"));
    assert.equal(await codeOf(createRule("cpu")), "InvalidScalingRuleName.Duplicate");
    const createHook = (ScalingGroupId: string) =>
      ess("CreateLifecycleHook", { ScalingGroupId, LifecycleHookName: "drain", LifecycleTransition: "SCALE_IN" });
    assert.equal((await createHook(first)).status, 200);
    assert.equal(await codeOf(createHook(first)), "InvalidLifecycleHookName.Duplicate");
    assert.equal((await createHook(group)).status, 200);
  });

  it("refuses a scheduled task without a change, with half a recurrence, and beyond the quota", async () => {
    const LaunchTime = stamp(Date.now() + 5 * minute);
    assert.equal(
      await codeOf(ess("CreateScheduledTask", { ScheduledTaskName: "idle", ScalingGroupId: group, LaunchTime })),
      "MissingParameter.MinValue",
    );
    assert.equal(await codeOf(createTask("half", { RecurrenceType: "Cron" })), "InvalidParameter");
    double.world.quotas.scheduledTasks = 1;
    await createTask("first");
    assert.equal(await codeOf(createTask("second")), "QuotaExceeded.ScheduledTask");
  });

  it("refuses a scheduled task that starts in the past or after 90 days, and a recurrence of more than a year", async () => {
    const inDays = (days: number) => stamp(Date.now() + days * 24 * 60 * minute);
    for (const LaunchTime of [inDays(-1), inDays(91)])
      assert.equal(await codeOf(createTask("launch", { LaunchTime })), "InvalidLaunchTime.ValueNotSupported");
    for (const RecurrenceEndTime of [inDays(-1), inDays(367)])
      assert.equal(
        await codeOf(createTask("recurrence", { ...daily(8), RecurrenceEndTime })),
        "InvalidRecurrenceEndTime.ValueNotSupported",
      );
  });

  it("executes a scheduled task at its time: the range changes, and the number of instances moves into it", async () => {
    await createTask("morning", daily(8));
    await createTask("evening", { ...daily(20), MinValue: 0, MaxValue: 1 });
    const tomorrow = new Date(Date.now() + 24 * 60 * minute).toISOString().slice(0, 10);
    double.advanceClock(new Date(`${tomorrow}T08:00:30Z`));
    assert.deepEqual(bounds(), [3, 4]);
    await waitUntil(() => capacity() === 3);
    double.advanceClock(new Date(`${tomorrow}T20:00:30Z`));
    assert.deepEqual(bounds(), [0, 1]);
    await waitUntil(() => capacity() === 1);
  });

  it("executes a scheduled task by itself when its launch time comes", async () => {
    await createTask("once");
    double.world.clockOffset = 5 * minute - 50;
    await ess("ModifyScheduledTask", {
      ScheduledTaskId: double.world.scaling.scheduledTasks.all()[0]?.id ?? "",
      LaunchTime: stamp(double.world.now() + minute),
    });
    double.world.clockOffset += minute;
    await ess("ModifyScheduledTask", {
      ScheduledTaskId: double.world.scaling.scheduledTasks.all()[0]?.id ?? "",
      MaxValue: 5,
    });
    await waitUntil(() => bounds()[1] === 5);
  });

  it("executes a scheduled task when the test says so, but not on a group that is gone", async () => {
    await createTask("morning", daily(8));
    double.runScheduledTask("morning");
    assert.deepEqual(bounds(), [3, 4]);
    await waitUntil(() => capacity() === 3);
    await deleteGroup();
    double.runScheduledTask("morning");
    assert.equal(double.inventory()["scalingGroups"], undefined);
  });

  it("moves the number of instances into a range that ModifyScalingGroup sets, at once", async () => {
    await ess("ModifyScalingGroup", { ScalingGroupId: group, MinSize: 4, MaxSize: 6 });
    await waitUntil(() => capacity() === 4);
    await ess("ModifyScalingGroup", { ScalingGroupId: group, MinSize: 1, MaxSize: 2 });
    await waitUntil(() => capacity() === 2);
  });

  it("follows a target tracking rule within the range", async () => {
    assert.throws(() => {
      double.trigger("blue", 3);
    }, /no target tracking rule/);
    await createRule("cpu");
    double.trigger("blue", 3);
    await waitUntil(() => capacity() === 3);
    double.trigger("blue", 9);
    await waitUntil(() => capacity() === 4);
    await pause(30);
    assert.equal(capacity(), 4);
    const { body } = await ess("DescribeScalingGroups", { "ScalingGroupId.1": group });
    assert.match(JSON.stringify(body), /"DesiredCapacity":4/);
  });
});
