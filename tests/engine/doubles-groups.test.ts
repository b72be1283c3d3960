/** What AWS refuses, moves and fires for Auto Scaling groups and ECS services, and the emulator does not. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  PutScheduledUpdateGroupActionCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeTasksCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { CloudReader } from "./support/cloud-reader";
import type { GroupHealth } from "./support/gaps/targets";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, leadOut, type SmallNetwork } from "./support/small-network";
import { registerSmallTask } from "./support/small-task";

const everyoneHealthy = (): GroupHealth => ({
  inUse: true,
  simulated: true,
  targets: new Map(Array.from({ length: 10 }, (_, index) => [`i-${index}`, { state: "healthy", reason: "" }])),
});

describe("engine: the emulator's gateway: groups of instances", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  let network: SmallNetwork, foreign: SmallNetwork;

  const targetGroup = async (name: string, TargetType: "ip" | "instance", VpcId = network.vpc) => {
    const { TargetGroups } = await cloud.balancing.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: "HTTP", Port: 80, VpcId, TargetType }),
    );
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  };

  before(async () => {
    cloud = aws.gateway.reader(region);
    [network, foreign] = await Promise.all([aNetwork(cloud.ec2, "10.1.0.0/16"), aNetwork(cloud.ec2, "10.2.0.0/16")]);
    await leadOut(cloud.ec2, network);
  });

  /** The state and the description of each target of a group. */
  const targets = async (TargetGroupArn: string) => {
    const { TargetHealthDescriptions = [] } = await cloud.balancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
      id: Target?.Id,
      state: TargetHealth?.State,
      description: TargetHealth?.Description,
    }));
  };
  /** A load balancer in these subnets that forwards to a target group. */
  const forwardTo = async (TargetGroupArn: string, name: string, Subnets = network.subnets) => {
    const { LoadBalancers } = await cloud.balancing.send(new CreateLoadBalancerCommand({ Name: name, Subnets }));
    await cloud.balancing.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn }],
      }),
    );
  };

  describe("Auto Scaling groups", () => {
    const create = async (name: string, more: object = {}) => {
      const { LaunchTemplate } = await cloud.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: randomUUID(),
          LaunchTemplateData: {
            NetworkInterfaces: [{ DeviceIndex: 0, Groups: [network.securityGroup] }],
          },
        }),
      );
      return cloud.scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: name,
          MinSize: 2,
          MaxSize: 6,
          VPCZoneIdentifier: network.subnets.join(","),
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
          ...more,
        }),
      );
    };
    const capacity = () => aws.gateway.capacities.read("group");
    const update = (bounds: object) =>
      cloud.scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "group", ...bounds }));

    it("answers with the tags of a launch template as they were changed and removed", async () => {
      const tag = (Value: string) => [{ Key: "team", Value }];
      const { LaunchTemplate } = await cloud.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: randomUUID(),
          LaunchTemplateData: {},
          TagSpecifications: [{ ResourceType: "launch-template", Tags: tag("books") }],
        }),
      );
      const id = LaunchTemplate?.LaunchTemplateId ?? "";
      await cloud.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tag("films & music") }));
      const describe = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
      const tags = async () => (await cloud.ec2.send(describe)).LaunchTemplates?.[0]?.Tags ?? [];
      assert.deepEqual(await tags(), tag("films & music"));
      await cloud.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: "team" }] }));
      assert.deepEqual(await tags(), []);
    });

    it("refuses capacities outside of the bounds, target groups that it cannot have, and another network", async () => {
      const [ip, elsewhere] = [await targetGroup("ip", "ip"), await targetGroup("else", "instance", foreign.vpc)];
      const refused: [object, RegExp][] = [
        [{ DesiredCapacity: 7 }, /^ValidationError.*Desired capacity/],
        [{ MinSize: 7 }, /^ValidationError.*Max bound/],
        [{ TargetGroupARNs: [ip] }, /^ValidationError.*invalid target type/],
        [{ TargetGroupARNs: [elsewhere] }, /^ValidationError.*VPC/],
        [{ VPCZoneIdentifier: foreign.subnets.join(",") }, /^ValidationError.*not linked to the VPCs/],
      ];
      for (const [index, [more, message]] of refused.entries())
        assert.match(await refusalOf(create(`refused-${index}`, more)), message);
      await create("group");
      assert.match(await refusalOf(create("group")), /^AlreadyExists/);
      const desire = new SetDesiredCapacityCommand({ AutoScalingGroupName: "group", DesiredCapacity: 7 });
      assert.match(await refusalOf(cloud.scaling.send(desire)), /^ValidationError.*Desired capacity/);
    });

    it("names a launch template that does not exist as AWS does", async () => {
      const remove = new DeleteLaunchTemplateCommand({ LaunchTemplateId: "lt-00000000000000000" });
      assert.match(await refusalOf(cloud.ec2.send(remove)), /^InvalidLaunchTemplateId\.NotFound:/);
    });

    it("moves the capacity between changed bounds at once", async () => {
      await update({ MinSize: 3 });
      assert.deepEqual(await capacity(), { min: 3, max: 6, desired: 3 });
      await update({ MinSize: 1, MaxSize: 2 });
      assert.deepEqual(await capacity(), { min: 1, max: 2, desired: 2 });
    });

    it("fires schedules and triggers", async () => {
      const schedule = (name: string, action: object) =>
        cloud.scaling.send(
          new PutScheduledUpdateGroupActionCommand({
            AutoScalingGroupName: "group",
            ScheduledActionName: name,
            Recurrence: "0 8 * * *",
            ...action,
          }),
        );
      const sunday = schedule("sunday", { MinSize: 4, Recurrence: "0 8 * * 5-7" });
      assert.match(await refusalOf(sunday), /^ValidationError.*recurrence/);
      await schedule("morning", { MinSize: 4, MaxSize: 12 });
      await schedule("evening", { MinSize: 1, MaxSize: 3, Recurrence: "0 20 * * *" });
      const fire = (name: string) => aws.gateway.capacities.fire((one) => one.name === name);
      assert.equal((await fire("morning")).length, 1);
      assert.deepEqual(await capacity(), { min: 4, max: 12, desired: 4 });
      assert.equal(await aws.gateway.capacities.trigger("group", 20), 12);
      assert.deepEqual(await capacity(), { min: 4, max: 12, desired: 12 });
      await fire("evening");
      assert.deepEqual(await capacity(), { min: 1, max: 3, desired: 3 });
    });

    it("reports only instances of its own groups as targets, and those of other zones as unused", async () => {
      const { Subnet } = await cloud.ec2.send(
        new CreateSubnetCommand({ VpcId: network.vpc, CidrBlock: "10.1.9.0/24", AvailabilityZone: `${region}c` }),
      );
      const own = await targetGroup("zones", "instance");
      aws.gateway.sources.health = everyoneHealthy;
      assert.deepEqual(await targets(own), []);
      const subnets = [network.subnets[0], Subnet?.SubnetId].join(",");
      await create("zones", { DesiredCapacity: 2, VPCZoneIdentifier: subnets, TargetGroupARNs: [own] });
      assert.deepEqual(
        (await targets(own)).map(({ state }) => state),
        ["unused", "unused"],
        "no rule names the target group",
      );
      await forwardTo(own, "zones");
      const { AutoScalingGroups: [group] = [] } = await cloud.scaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["zones"] }),
      );
      assert.deepEqual(group?.AvailabilityZones, [`${region}a`, `${region}c`]);
      const description = "Target is in an Availability Zone that is not enabled for the load balancer";
      assert.deepEqual(await targets(own), [
        { id: group.Instances?.[0]?.InstanceId, state: "healthy", description: undefined },
        { id: group.Instances?.[1]?.InstanceId, state: "unused", description },
      ]);
      delete aws.gateway.sources.health;
    });

    it("refuses to delete a group that has instances", async () => {
      const remove = new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "group" });
      assert.match(await refusalOf(cloud.scaling.send(remove)), /^ResourceInUse/);
      await update({ MinSize: 0, MaxSize: 0 });
      await cloud.scaling.send(remove);
    });
  });

  describe("ECS services", () => {
    const resource = {
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: "service/c/s",
    };
    const create = (name: string, targetGroupArn: string, subnets = network.subnets) =>
      cloud.containers.send(
        new CreateServiceCommand({
          cluster: "c",
          serviceName: name,
          taskDefinition: "app",
          desiredCount: 2,
          launchType: "FARGATE",
          loadBalancers: [{ targetGroupArn, containerName: "app", containerPort: 80 }],
          networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [], assignPublicIp: "ENABLED" } },
        }),
      );
    const scaling = async (operation: string, parameters: object) => {
      const answer = await fetch(aws.gateway.url, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AnyScaleFrontendService.${operation}`,
        },
        body: JSON.stringify({ ...resource, ...parameters }),
      });
      return answer.ok ? "accepted" : answer.text();
    };
    const capacity = () => aws.gateway.capacities.read("s");
    let group: string;

    it("refuses target groups that a service cannot have, and one without a load balancer", async () => {
      await cloud.containers.send(new CreateClusterCommand({ clusterName: "c" }));
      await registerSmallTask(cloud.containers, { portMappings: [{ containerPort: 80 }] });
      const own = await targetGroup("c", "ip");
      group = own;
      assert.match(
        await refusalOf(create("s", own)),
        /^InvalidParameterException.*does not have an associated load balancer/,
      );
      await forwardTo(own, "c");
      assert.match(
        await refusalOf(create("s", own, foreign.subnets)),
        /^InvalidParameterException.*VPC of the target group/,
      );
      await create("s", own);
      assert.match(await refusalOf(create("s", own)), /not idempotent/);
    });

    it("spreads tasks over the service's subnets, and reports their addresses as targets", async () => {
      aws.gateway.sources.health = everyoneHealthy;
      const { taskArns: tasks } = await cloud.containers.send(new ListTasksCommand({ cluster: "c", serviceName: "s" }));
      const { tasks: described = [] } = await cloud.containers.send(new DescribeTasksCommand({ cluster: "c", tasks }));
      const details = described.flatMap(({ attachments = [] }) => attachments).flatMap((one) => one.details ?? []);
      const values = (wanted: string) => details.filter(({ name }) => name === wanted).map(({ value }) => value);
      assert.deepEqual(values("subnetId").sort(), [...network.subnets].sort());
      const healthy = (await targets(group)).filter(({ state }) => state === "healthy");
      assert.deepEqual(healthy.map(({ id }) => id).sort(), values("privateIPv4Address").sort());
      delete aws.gateway.sources.health;
    });

    it("moves the number of tasks between changed bounds at once", async () => {
      const bounds = (MinCapacity: number, MaxCapacity: number) =>
        scaling("RegisterScalableTarget", { MinCapacity, MaxCapacity });
      assert.match(
        await scaling("RegisterScalableTarget", { ResourceId: "service/c/none", MinCapacity: 1, MaxCapacity: 2 }),
        /ECS service doesn't exist/,
      );
      assert.equal(await bounds(3, 6), "accepted");
      assert.deepEqual(await capacity(), { min: 3, max: 6, desired: 3 });
      await bounds(1, 2);
      assert.deepEqual(await capacity(), { min: 1, max: 2, desired: 2 });
    });

    it("fires schedules and triggers", async () => {
      const schedule = (ScheduledActionName: string, MinCapacity: number, MaxCapacity: number) =>
        scaling("PutScheduledAction", {
          ScheduledActionName,
          Schedule: "cron(0 8 * * ? *)",
          ScalableTargetAction: { MinCapacity, MaxCapacity },
        });
      assert.equal(await schedule("morning", 4, 12), "accepted");
      assert.equal(await schedule("evening", 1, 3), "accepted");
      const fire = (name: string) => aws.gateway.capacities.fire((one) => one.name === name);
      assert.equal((await fire("morning")).length, 1);
      assert.deepEqual(await capacity(), { min: 4, max: 12, desired: 4 });
      assert.equal(await aws.gateway.capacities.trigger("s", 20), 12);
      await fire("evening");
      assert.deepEqual(await capacity(), { min: 1, max: 3, desired: 3 });
    });

    it("refuses to delete a cluster that has services", async () => {
      const remove = new DeleteClusterCommand({ cluster: "c" });
      assert.match(await refusalOf(cloud.containers.send(remove)), /^ClusterContainsServicesException/);
      await cloud.containers.send(new DeleteServiceCommand({ cluster: "c", service: "s", force: true }));
      await cloud.containers.send(remove);
    });
  });
});
