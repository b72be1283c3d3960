/** Which security groups AWS refuses for instances, and the emulator does not. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { CreateClusterCommand, CreateServiceCommand } from "@aws-sdk/client-ecs";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, type SmallNetwork } from "./support/small-network";
import { registerSmallTask } from "./support/small-task";

describe("engine: the emulator's gateway: the security groups of instances", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  let network: SmallNetwork, foreign: SmallNetwork;
  /** Groups that an interface cannot have, with what AWS says of them. */
  let refused: [string[], RegExp, RegExp][];

  const groupsOf = (VpcId: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const command = new CreateSecurityGroupCommand({ VpcId, GroupName: randomUUID(), Description: "of the tests" });
        return (await cloud.ec2.send(command)).GroupId ?? "";
      }),
    );

  before(async () => {
    cloud = aws.gateway.reader(region);
    [network, foreign] = await Promise.all([aNetwork(cloud.ec2, "10.1.0.0/16"), aNetwork(cloud.ec2, "10.2.0.0/16")]);
    refused = [
      [["sg-00000000000000000"], /security group 'sg-0+' does not exist/, /security group 'sg-0+' does not exist/],
      [[foreign.securityGroup], /not linked to the VPCs/, /must be in the same VPC/],
      [await groupsOf(network.vpc, 5), /maximum number of security groups/, /at most 5 items/],
    ];
  });

  it("refuses an Auto Scaling group whose template has groups of another network, unknown ones, or too many", async () => {
    const create = async (groups: string[]) => {
      const { LaunchTemplate } = await cloud.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: randomUUID(),
          LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups: [network.securityGroup, ...groups] }] },
        }),
      );
      return cloud.scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: randomUUID(),
          MinSize: 1,
          MaxSize: 1,
          VPCZoneIdentifier: network.subnets.join(","),
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
        }),
      );
    };
    for (const [groups, message] of refused) assert.match(await refusalOf(create(groups)), message);
    await create(await groupsOf(network.vpc, 4));
  });

  it("refuses an ECS service with groups of another network, unknown ones, or too many", async () => {
    await cloud.containers.send(new CreateClusterCommand({ clusterName: "c" }));
    await registerSmallTask(cloud.containers);
    const create = (groups: string[]) => {
      const awsvpcConfiguration = { subnets: network.subnets, securityGroups: [network.securityGroup, ...groups] };
      return cloud.containers.send(
        new CreateServiceCommand({
          cluster: "c",
          serviceName: randomUUID(),
          taskDefinition: "app",
          desiredCount: 0,
          launchType: "FARGATE",
          networkConfiguration: { awsvpcConfiguration },
        }),
      );
    };
    for (const [groups, , message] of refused) assert.match(await refusalOf(create(groups)), message);
    await create(await groupsOf(network.vpc, 4));
  });
});
