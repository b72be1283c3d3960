import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  type Task,
  UpdateServiceCommand,
  ListTasksCommand,
  paginateListTasks,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { now, sleep } from "../../clock.remote";
import type { Created } from "../../remote";
import { unhealthyError } from "../checks.remote";
import { withAdvice } from "../launch-problems.remote";
import { clientSettings } from "./clients.remote";
import { launchProblems } from "./launch-problems.remote";

/** The inputs of a wait for healthy targets. */
export interface Inputs {
  readonly region: string;
  /** The target group's ARN. */
  readonly targetGroup: string;
  /** How many of the group's own targets have to be healthy at the same time. */
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
  /** Lets the group have as many instances as required. */
  raise(desired: number): Promise<void>;
  /** Starts again where AWS has given up. */
  restart(): Promise<void>;
  /** Why instances did not start, as far as AWS says so. */
  failures(): Promise<string[]>;
}

interface Status {
  /** How many instances it is to have; undefined while AWS does not list it. */
  readonly desired: number | undefined;
  /** How many it may have at most; undefined where it has no such bound itself. */
  readonly most: number | undefined;
  /** Whether AWS has stopped trying. */
  readonly failed: boolean;
  /** The ids under which its instances are targets. */
  readonly members: ReadonlySet<string>;
}

const pollInterval = 3000;

/**
 * Waits until the group has as many healthy targets as required. Those of another group in the target group do not
 * count.
 */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { group, instances, region, targetGroup, within } = inputs;
  const loadBalancing = new ElasticLoadBalancingV2Client(clientSettings(region, "elastic-load-balancing"));
  const servers = inputs.cluster === "" ? autoScalingGroup(inputs) : ecsService(inputs);
  const deadline = now() + within * 1000;
  // An earlier update may have ended with it. AWS tries no more by itself, even after the cause is gone.
  let status = await servers.status();
  if (status.failed) {
    await servers.restart();
    status = await servers.status();
  }
  for (;;) {
    const { desired, most, failed, members } = status;
    const { TargetHealthDescriptions: targets = [] } = await loadBalancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
    );
    const own = targets.filter(({ Target }) => members.has(Target?.Id ?? ""));
    const healthy = own.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
    // A group that somebody has set to none has not shown that the release works.
    const required = Math.max(1, Math.min(instances, most ?? instances));
    if (healthy >= required) return { id: group, outs: { ...inputs, passed: group } };
    if (failed || now() + pollInterval >= deadline) {
      const reasons = own.map(({ TargetHealth }) => TargetHealth?.Description ?? TargetHealth?.Reason ?? "");
      const ended = failed ? "and AWS gave up starting more" : `after ${within} s`;
      const problems = launchProblems(region);
      const failures = (await servers.failures()).map((reason) => withAdvice(reason, problems));
      throw unhealthyError({ group, healthy, required, ended, reasons: [...reasons, ...failures] });
    }
    // A group that waits for its second attempt has no requests, so triggers have scaled it in.
    if (desired !== undefined && desired < required) await servers.raise(required);
    await sleep(pollInterval);
    status = await servers.status();
  }
}

function autoScalingGroup({ group, region }: Inputs): ServerGroup {
  const client = new AutoScalingClient(clientSettings(region, "auto-scaling"));
  return {
    async status() {
      const { AutoScalingGroups: groups = [] } = await client.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
      );
      const [found] = groups;
      const members = new Set(found?.Instances?.map(({ InstanceId }) => InstanceId ?? ""));
      return { desired: found?.DesiredCapacity, most: found?.MaxSize, failed: false, members };
    },
    async raise(desired) {
      await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: desired }));
    },
    // It never gives up.
    restart: () => Promise.resolve(),
    async failures() {
      const { Activities: activities = [] } = await client.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 5 }),
      );
      // A launch that ends while the instance is pending, as without the right to use a disk's key, is cancelled.
      const failed = activities.filter(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Cancelled");
      const launched = failed.flatMap(({ Description }) => /\bi-[0-9a-f]+\b/.exec(Description ?? "") ?? []);
      return [...failed.map(({ StatusMessage }) => StatusMessage ?? ""), ...(await endsOf(launched, region))];
    },
  };
}

/** Why EC2 ended instances, as far as it says so and the account may ask it. */
async function endsOf(instances: readonly string[], region: string): Promise<string[]> {
  if (instances.length === 0) return [];
  // By a filter: an id that EC2 no longer knows would be an error.
  const command = new DescribeInstancesCommand({ Filters: [{ Name: "instance-id", Values: [...instances] }] });
  try {
    const { Reservations: reservations = [] } = await new EC2Client(clientSettings(region, "ec2")).send(command);
    return reservations.flatMap(({ Instances = [] }) =>
      Instances.flatMap(({ InstanceId = "", StateReason }) =>
        StateReason?.Message === undefined ? [] : [`${InstanceId}: ${StateReason.Message}`],
      ),
    );
  } catch {
    return [];
  }
}

function ecsService({ cluster, group, region }: Inputs): ServerGroup {
  const client = new ECSClient(clientSettings(region, "ecs"));
  return {
    async status() {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [group] }));
      const [found] = services;
      const { deployments = [] } = found ?? {};
      const current = deployments.find(({ status }) => status === "PRIMARY") ?? deployments[0];
      return {
        desired: found?.desiredCount,
        most: undefined,
        failed: current?.rolloutState === "FAILED",
        members: new Set((await runningTasks(client, cluster, group)).flatMap(addressesOf)),
      };
    },
    async raise(desired) {
      await client.send(new UpdateServiceCommand({ cluster, service: group, desiredCount: desired }));
    },
    async restart() {
      await client.send(new UpdateServiceCommand({ cluster, service: group, forceNewDeployment: true }));
    },
    failures: async () => [...(await notPlaced(client, cluster, group)), ...(await stopped(client, cluster, group))],
  };
}

/**
 * The newest event of a service whose tasks were not even created, as beyond a quota of vCPUs: there is no task that says why.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
async function notPlaced(client: ECSClient, cluster: string, service: string): Promise<string[]> {
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const messages = services.flatMap(({ events = [] }) => events.map(({ message }) => message ?? ""));
  const newest = messages.find((message) => /\b(unable|failed) to\b/.test(message));
  return newest === undefined ? [] : [newest];
}

/** Why tasks of a service have stopped. */
async function stopped(client: ECSClient, cluster: string, serviceName: string): Promise<string[]> {
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus: "STOPPED", maxResults: 5 }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.flatMap(({ stoppedReason, containers = [] }) => [
    stoppedReason ?? "",
    ...containers.map(({ reason }) => reason ?? ""),
  ]);
}

async function runningTasks(client: ECSClient, cluster: string, serviceName: string): Promise<Task[]> {
  const found: Task[] = [];
  // A page has at most 100 tasks, which is also what one call describes.
  for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster, serviceName })) {
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    found.push(...tasks);
  }
  return found;
}

/** The addresses of a task's network interface. */
function addressesOf({ attachments = [] }: Task): string[] {
  return attachments.flatMap(({ details = [] }) =>
    details.flatMap(({ name, value }) => (name === "privateIPv4Address" && value !== undefined ? [value] : [])),
  );
}
