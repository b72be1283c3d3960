/** Where the instances behind a target group are. */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeTasksCommand, ListTasksCommand, type Service } from "@aws-sdk/client-ecs";
import type { CloudReader } from "./cloud-reader";

/** An instance that a group or service has in a target group. */
export interface Placement {
  /** Its id as a target. */
  id: string | undefined;
  zone: string | undefined;
}

/** The instances of every group and service that names this target group. */
export async function placementsIn(targetGroupArn: string, cloud: CloudReader): Promise<Placement[]> {
  const [{ AutoScalingGroups: groups = [] }, services] = await Promise.all([
    cloud.scaling.send(new DescribeAutoScalingGroupsCommand({})),
    cloud.services(),
  ]);
  const machines = groups
    .filter(({ TargetGroupARNs = [] }) => TargetGroupARNs.includes(targetGroupArn))
    .flatMap(({ Instances = [] }) => Instances)
    .map(({ InstanceId: id, AvailabilityZone: zone }) => ({ id, zone }));
  const tasks = await Promise.all(
    services
      .filter(({ loadBalancers = [] }) => loadBalancers.some((one) => one.targetGroupArn === targetGroupArn))
      .map((service) => tasksOf(service, cloud)),
  );
  return [...machines, ...tasks.flat()];
}

async function tasksOf(service: Service, cloud: CloudReader): Promise<Placement[]> {
  const described = await describedTasks(service, cloud);
  const placed = described.map(
    ({ attachments = [] }) =>
      new Map(attachments.flatMap(({ details = [] }) => details).map(({ name, value }) => [name, value])),
  );
  const subnets = await cloud.subnets(placed.map((one) => one.get("subnetId") ?? ""));
  return placed
    .map((one) => ({
      id: one.get("privateIPv4Address"),
      zone: subnets.find(({ SubnetId }) => SubnetId === one.get("subnetId"))?.AvailabilityZone,
    }))
    .filter(({ id }) => id !== undefined);
}

async function describedTasks({ clusterArn: cluster, serviceName }: Service, { containers }: CloudReader) {
  const { taskArns: tasks = [] } = await containers.send(new ListTasksCommand({ cluster, serviceName }));
  if (tasks.length === 0) return [];
  return (await containers.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? [];
}
