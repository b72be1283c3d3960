/** The network interfaces of ECS tasks, of which the emulator has none. */
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { type Correction, element, field, inside } from "./gaps/correction";

/**
 * Lists an interface for each running task of the services with a security group, with a public address where the service
 * assigns one: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html.
 */
export const taskInterfaces: Correction = {
  match: (call) =>
    call.service === "ec2" &&
    call.action === "DescribeNetworkInterfaces" &&
    field(call, "Filter.1.Name") === "group-id" &&
    field(call, "Filter.2.Name") === undefined,
  async change(answer, call, cloud) {
    const group = field(call, "Filter.1.Value.1") ?? "";
    const items: string[] = [];
    for (const { clusterArn: cluster, serviceName, networkConfiguration } of await cloud.services()) {
      const { securityGroups = [], assignPublicIp } = networkConfiguration?.awsvpcConfiguration ?? {};
      if (!securityGroups.includes(group)) continue;
      const { taskArns: arns = [] } = await cloud.containers.send(new ListTasksCommand({ cluster, serviceName }));
      if (arns.length === 0) continue;
      const { tasks = [] } = await cloud.containers.send(new DescribeTasksCommand({ cluster, tasks: arns }));
      for (const { taskArn = "" } of tasks) {
        const id = element("networkInterfaceId", `eni-${taskArn.slice(-17)}`);
        const groups = inside("groupSet", inside("item", element("groupId", group)));
        const address = assignPublicIp === "ENABLED" ? inside("association", element("publicIp", "198.51.100.1")) : "";
        items.push(inside("item", id, groups, address));
      }
    }
    const body = `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inside("networkInterfaceSet", ...items)}</DescribeNetworkInterfacesResponse>`;
    return items.length === 0 ? answer : { status: 200, body };
  },
};
