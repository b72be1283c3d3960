import { Refusal } from "../../refusal";
import type { Fields } from "../../protocol/fields";
import type { ScalingGroup } from "./records";

/** Names of CloudMonitor's metrics by the type of the scaling group. */
type MetricNames = Readonly<Record<ScalingGroup["type"], readonly string[]>>;

/** Requests per second and server of a load balancer's server group, which a dimension names. */
const requests = "LoadBalancerRealServerAverageQps";
const containerGroups = ["EciPodCpuUtilization", "EciPodMemoryUtilization", requests];
const machines = ["CpuUtilization", "IntranetTx", "IntranetRx", "VpcInternetTx", "VpcInternetRx"];
const byAgent = ["CpuUtilizationAgent", "MemoryUtilization"];

/**
 * https://help.aliyun.com/en/auto-scaling/user-guide/target-tracking-scaling-rules has those of both types of group;
 * that of CPU by the agent is in
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalingrule
 */
const tracked: MetricNames = {
  ECI: containerGroups,
  ECS: [...machines, ...byAgent, "ClassicInternetTx", "ClassicInternetRx", requests],
};

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createalarm */
const alarmed: MetricNames = {
  ECI: containerGroups,
  ECS: [
    ...machines,
    ...byAgent,
    "ConcurrentConnections",
    "SystemDiskReadBps",
    "SystemDiskWriteBps",
    "SystemDiskReadOps",
    "SystemDiskWriteOps",
    "GpuUtilizationAgent",
    "GpuMemoryFreeUtilizationAgent",
    "GpuMemoryUtilizationAgent",
    "LoadAverage",
    "TcpConnection",
    "PackagesNetOut",
    "PackagesNetIn",
    requests,
  ],
};

/** Refuses a target tracking rule whose metric groups of this type do not have. A custom metric may have any name. */
export function validateTrackedMetric(fields: Fields, { type }: ScalingGroup): void {
  validateMetric(fields, tracked[type]);
  const dimensions = fields.list("AlarmDimension").map((one) => one.string("DimensionKey"));
  // CreateScalingRule, AlarmDimension: this metric needs the dimension. The code is not documented.
  if (fields.string("MetricName") === requests && !dimensions.includes("rulePool"))
    throw new Refusal("MissingParameter.AlarmDimension", `The metric ${requests} needs the dimension rulePool.`);
}

/** Refuses an alarm whose metric groups of this type do not have. */
export function validateAlarmMetric(fields: Fields, { type }: ScalingGroup): void {
  validateMetric(fields, alarmed[type]);
}

function validateMetric(fields: Fields, names: readonly string[]): void {
  const name = fields.string("MetricName");
  if ((fields.string("MetricType") ?? "system") !== "system" || name === undefined || names.includes(name)) return;
  throw new Refusal("InvalidParameter", `The specified value of parameter MetricName is not valid: ${name}.`);
}
