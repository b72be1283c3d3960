import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { now, sleep } from "../../clock.remote";
import type { Created } from "../../remote";
import { unhealthyError } from "../checks.remote";
import { clientSettings } from "./clients.remote";

/** The inputs of a wait for healthy targets. */
export interface Inputs {
  readonly region: string;
  /** The target group's ARN. */
  readonly targetGroup: string;
  /**
   * How many of its targets have to be healthy at the same time, or the group's desired capacity where that is smaller.
   */
  readonly instances: number;
  /** Seconds after which the wait fails. */
  readonly within: number;
  /** The name of the Auto Scaling group or the ECS service. */
  readonly group: string;
  /** The name of the ECS cluster; empty for an Auto Scaling group. */
  readonly cluster: string;
}

/** The outputs of a wait for healthy targets. */
export interface Outputs extends Inputs {
  /** The group whose instances were healthy. */
  readonly passed: string;
}

/** What starts the instances. */
interface ServerGroup {
  status(): Promise<Status>;
  /** Why instances did not start, as far as AWS says so. */
  failures(): Promise<string[]>;
}

interface Status {
  /** How many instances it is to have; undefined while AWS does not list it. */
  readonly desired: number | undefined;
  /** Whether AWS has stopped trying. */
  readonly failed: boolean;
}

const pollInterval = 3000;

/** Waits until the target group has as many healthy targets as required. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { group, instances, region, targetGroup, within } = inputs;
  const loadBalancing = new ElasticLoadBalancingV2Client(clientSettings(region));
  const servers = inputs.cluster === "" ? autoScalingGroup(inputs) : ecsService(inputs);
  const deadline = now() + within * 1000;
  for (;;) {
    const { TargetHealthDescriptions: targets = [] } = await loadBalancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
    );
    const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
    const { desired, failed } = await servers.status();
    // By the time of a second attempt, triggers may have scaled the group in to its minimum.
    const required = Math.min(instances, desired ?? instances);
    if (healthy >= required) return { id: group, outs: { ...inputs, passed: group } };
    if (failed || now() + pollInterval >= deadline) {
      const reasons = targets.map(({ TargetHealth }) => TargetHealth?.Description ?? TargetHealth?.Reason ?? "");
      const ended = failed ? "and AWS gave up starting more" : `after ${within} s`;
      throw unhealthyError({ group, healthy, required, ended, reasons: [...reasons, ...(await servers.failures())] });
    }
    await sleep(pollInterval);
  }
}

function autoScalingGroup({ group, region }: Inputs): ServerGroup {
  const client = new AutoScalingClient(clientSettings(region));
  return {
    async status() {
      const { AutoScalingGroups: groups = [] } = await client.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
      );
      return { desired: groups[0]?.DesiredCapacity, failed: false };
    },
    async failures() {
      const { Activities: activities = [] } = await client.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 5 }),
      );
      return activities
        .filter(({ StatusCode }) => StatusCode === "Failed")
        .map(({ StatusMessage }) => StatusMessage ?? "");
    },
  };
}

function ecsService({ cluster, group, region }: Inputs): ServerGroup {
  const client = new ECSClient(clientSettings(region));
  return {
    async status() {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [group] }));
      return { desired: services[0]?.desiredCount, failed: services[0]?.deployments?.[0]?.rolloutState === "FAILED" };
    },
    async failures() {
      const { taskArns = [] } = await client.send(
        new ListTasksCommand({ cluster, serviceName: group, desiredStatus: "STOPPED", maxResults: 5 }),
      );
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      return tasks.flatMap(({ stoppedReason, containers = [] }) => [
        stoppedReason ?? "",
        ...containers.map(({ reason }) => reason ?? ""),
      ]);
    },
  };
}
