/** The names of CloudMonitor's metrics, by which rules and alarms change scaling groups. */
import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble } from "../src";
import { codeOf, requireModels, startBalancedGroup, type Balanced } from "./support";

const invalid = "InvalidParameter";
const alarmFields = { Name: "alarm", Threshold: 60, ComparisonOperator: ">=", "AlarmAction.1": "ari:acs:ess:x" };

describe("Alibaba Cloud double: the metrics of scaling groups", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  let group: string;
  before(async function () {
    requireModels(this);
    ({ double, balanced, group } = await startBalancedGroup());
  });
  after(async () => {
    assert.deepEqual(double.invalidRequests, []);
    await double.stop();
  });

  const ess = (action: string, fields: Record<string, string | number | boolean>) =>
    callAction(double, "ess", action, fields);

  it("are those of the type of the group, in rules and in alarms", async () => {
    const containers = await callForField(
      double,
      "ess",
      "CreateScalingGroup",
      {
        ...{ ScalingGroupName: "eci", GroupType: "ECI", MinSize: 0, MaxSize: 1 },
        "VSwitchIds.1": balanced.vSwitches[0],
      },
      "ScalingGroupId",
    );
    let number = 0;
    const rule = (ScalingGroupId: string, MetricName: string, more = {}) =>
      codeOf(
        ess("CreateScalingRule", {
          ...{ ScalingGroupId, ScalingRuleName: `rule-${(number += 1)}`, MetricName, TargetValue: 60 },
          ...{ ScalingRuleType: "TargetTrackingScalingRule", ...more },
        }),
      );
    const alarm = (ScalingGroupId: string, MetricName: string, more = {}) =>
      codeOf(ess("CreateAlarm", { ...alarmFields, ScalingGroupId, MetricName, ...more }));
    for (const metric of ["CpuUtilization", "MemoryUtilization"]) {
      assert.deepEqual([await rule(group, metric), await alarm(group, metric)], [undefined, undefined]);
      assert.deepEqual([await rule(containers, metric), await alarm(containers, metric)], Array(2).fill(invalid));
    }
    for (const metric of ["EciPodCpuUtilization", "EciPodMemoryUtilization"]) {
      assert.deepEqual([await rule(group, metric), await alarm(group, metric)], Array(2).fill(invalid));
      assert.deepEqual([await rule(containers, metric), await alarm(containers, metric)], [undefined, undefined]);
    }
    assert.deepEqual([await rule(group, "CPUUtilization"), await alarm(group, "CPUUtilization")], [invalid, invalid]);
    assert.deepEqual([await rule(group, "LoadAverage"), await alarm(group, "LoadAverage")], [invalid, undefined]);
    assert.equal(await alarm(group, "orders", { MetricType: "custom" }), undefined);
    const requests = "LoadBalancerRealServerAverageQps";
    assert.equal(await rule(group, requests), "MissingParameter.AlarmDimension");
    const pool = { "AlarmDimension.1.DimensionKey": "rulePool", "AlarmDimension.1.DimensionValue": balanced.blue };
    assert.equal(await rule(group, requests, pool), undefined);
    const { scalingRules, alarms } = double.world.scaling;
    const ScalingRuleId = scalingRules.find(({ settings }) => settings["MetricName"] === "CpuUtilization")?.id ?? "";
    const change = { ScalingRuleId, MetricName: "EciPodCpuUtilization" };
    assert.equal(await codeOf(ess("ModifyScalingRule", change)), invalid);
    assert.equal(await codeOf(ess("ModifyScalingRule", { ScalingRuleId, TargetValue: 50 })), undefined);
    const AlarmTaskId = alarms.find(({ ruleId }) => ruleId === undefined)?.id ?? "";
    assert.equal(await codeOf(ess("ModifyAlarm", { AlarmTaskId, MetricName: "EciPodCpuUtilization" })), invalid);
  });
});
