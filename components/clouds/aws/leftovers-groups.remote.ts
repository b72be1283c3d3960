/** What an interrupted update has left of server groups. */
import {
  AutoScalingClient,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { DeleteLaunchTemplateCommand, EC2Client, paginateDescribeLaunchTemplates } from "@aws-sdk/client-ec2";
import {
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  ECSClient,
  paginateListClusters,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import { ownerTag } from "../tag-keys";
import { clientSettings } from "./clients.remote";
import type { Leftover, Own } from "./leftover.remote";

/** ECS services in the stack's own clusters. */
export async function services(own: Own): Promise<readonly Leftover[]> {
  const client = new ECSClient(clientSettings(own.region, "ecs"));
  const found: Leftover[] = [];
  for (const { arn: cluster } of await clustersOf(client, own.owner))
    for await (const { serviceArns = [] } of paginateListServices({ client }, { cluster }))
      for (const service of serviceArns.filter((arn) => !own.recorded.has(arn)))
        found.push({
          what: `the ECS service ${service}`,
          remove: () => client.send(new DeleteServiceCommand({ cluster, service, force: true })),
          gone: async () => {
            const { services: left = [] } = await client.send(
              new DescribeServicesCommand({ cluster, services: [service] }),
            );
            return left.every(({ status }) => status === "INACTIVE");
          },
        });
  return found;
}

/** ECS clusters. */
export async function clusters(own: Own): Promise<readonly Leftover[]> {
  const client = new ECSClient(clientSettings(own.region, "ecs"));
  return (await clustersOf(client, own.owner))
    .filter(({ arn }) => !own.recorded.has(arn))
    .map(({ arn }) => ({
      what: `the ECS cluster ${arn}`,
      remove: () => client.send(new DeleteClusterCommand({ cluster: arn })),
    }));
}

/** The clusters that a stack owns, by its mark. AWS lists a deleted one for some time. */
export async function clustersOf(
  client: ECSClient,
  owner: string,
): Promise<readonly { readonly arn: string; readonly name: string }[]> {
  const found: { arn: string; name: string }[] = [];
  for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) {
    if (clusterArns.length === 0) continue;
    const { clusters: page = [] } = await client.send(
      new DescribeClustersCommand({ clusters: clusterArns, include: ["TAGS"] }),
    );
    const owned = page.filter(
      ({ status, tags = [] }) =>
        status !== "INACTIVE" && tags.some(({ key, value }) => key === ownerTag && value === owner),
    );
    found.push(
      ...owned.flatMap(({ clusterArn: arn, clusterName: name = "" }) => (arn === undefined ? [] : [{ arn, name }])),
    );
  }
  return found;
}

/** Auto Scaling groups, with their instances. */
export async function machineGroups(own: Own): Promise<readonly Leftover[]> {
  const client = new AutoScalingClient(clientSettings(own.region, "auto-scaling"));
  const found: Leftover[] = [];
  const filters = [{ Name: `tag:${ownerTag}`, Values: [own.owner] }];
  for await (const { AutoScalingGroups: page = [] } of paginateDescribeAutoScalingGroups(
    { client },
    { Filters: filters },
  ))
    for (const { AutoScalingGroupName: name = "", Tags: tags = [] } of page) {
      if (own.recorded.has(name) || !tags.some(({ Key, Value }) => Key === ownerTag && Value === own.owner)) continue;
      const byName = { AutoScalingGroupNames: [name] };
      const exists = async () =>
        (await client.send(new DescribeAutoScalingGroupsCommand(byName))).AutoScalingGroups?.length !== 0;
      found.push({
        what: `the Auto Scaling group ${name}`,
        // A second request is refused while the first one is under way.
        remove: async () => {
          if (await exists())
            await client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }));
        },
        gone: async () => !(await exists()),
      });
    }
  return found;
}

/** Launch templates. */
export async function launchTemplates(own: Own): Promise<readonly Leftover[]> {
  const client = new EC2Client(clientSettings(own.region, "ec2"));
  const found: Leftover[] = [];
  const filters = [{ Name: `tag:${ownerTag}`, Values: [own.owner] }];
  for await (const { LaunchTemplates: page = [] } of paginateDescribeLaunchTemplates({ client }, { Filters: filters }))
    for (const { LaunchTemplateId: id = "" } of page)
      if (!own.recorded.has(id))
        found.push({
          what: `the launch template ${id}`,
          remove: () => client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id })),
        });
  return found;
}
