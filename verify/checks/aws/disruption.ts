import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "../../../components/clouds/aws/clients.remote";
import { ruleClient } from "../../../components/clouds/aws/rules.remote";
import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import type { Disruptor } from "../disruption";

/** The instances of the current release. */
export function disruptorOf(subject: Subject): Disruptor {
  const [current] = subject.releases;
  const bounds = ofType(subject.resources, "Bounds").find((one) => releaseOf(one, subject) === current?.id);
  const group = textOf(bounds?.inputs?.group);
  const own = bounds?.inputs?.of === "EcsService" ? tasks(subject, group) : machines(subject, group);
  return {
    ...own,
    // As many as the load balancer finds healthy: an instance runs before its app answers.
    serving: async () => {
      const [ids, healthy] = await Promise.all([own.serving(), healthyTargets(subject, current?.id ?? "")]);
      return ids.slice(0, healthy);
    },
  };
}

function tasks({ region, cluster = "" }: Subject, group: string): Disruptor {
  const client = new ECSClient(clientSettings(region, "ecs"));
  const serviceName = group.slice(group.lastIndexOf("/") + 1);
  return {
    serving: async () => {
      const list = new ListTasksCommand({ cluster, serviceName, desiredStatus: "RUNNING" });
      const { taskArns = [] } = await client.send(list);
      if (taskArns.length === 0) return [];
      const { tasks: found = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      return found.filter(({ lastStatus }) => lastStatus === "RUNNING").map(({ taskArn = "" }) => taskArn);
    },
    kill: async (task) => {
      await client.send(new StopTaskCommand({ cluster, task, reason: "npm run verify -- --disrupt" }));
    },
  };
}

function machines({ region }: Subject, group: string): Disruptor {
  const scaling = new AutoScalingClient(clientSettings(region, "auto-scaling"));
  const ec2 = new EC2Client(clientSettings(region, "ec2"));
  return {
    serving: async () => {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
      const { AutoScalingGroups: [found] = [] } = await scaling.send(command);
      return (found?.Instances ?? [])
        .filter(({ LifecycleState, HealthStatus }) => LifecycleState === "InService" && HealthStatus === "Healthy")
        .map(({ InstanceId = "" }) => InstanceId);
    },
    kill: async (id) => {
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    },
  };
}

async function healthyTargets(subject: Subject, release: string): Promise<number> {
  const groups = ofType(subject.resources, "TargetGroup").filter((one) => releaseOf(one, subject) === release);
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: groups[0]?.id });
  const { TargetHealthDescriptions: targets = [] } = await ruleClient(subject).send(command);
  return targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
}
