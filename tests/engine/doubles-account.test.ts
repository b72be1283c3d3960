/** What a fresh account refuses on AWS, and the emulator accepts: services without their role, and more than its quotas. */
import assert from "node:assert/strict";
import { AllocateAddressCommand, CreateLaunchTemplateCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { AccountState } from "./support/account";
import { parseCall } from "./support/aws-call";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";

describe("engine: the emulator's gateway: a fresh account", () => {
  const account = new AccountState(true);
  const aws = emulatedAws(account);
  let cloud: CloudReader;
  before(() => {
    cloud = aws.gateway.reader(region);
  });

  it("has five addresses and five VPCs", async () => {
    const allocate = () => cloud.ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    for (let count = 0; count < 5; count += 1) await allocate();
    assert.match(await refusalOf(allocate()), /AddressLimitExceeded: The maximum number of addresses/);
    const fill = async () => {
      for (let count = 0; count < 6; count += 1)
        await cloud.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    };
    assert.match(await refusalOf(fill()), /VpcLimitExceeded/);
  });

  it("has no service-linked role, and a caller without the right gets none", async () => {
    account.mayCreateServiceLinkedRoles = false;
    const balancer = cloud.balancing.send(
      new CreateLoadBalancerCommand({ Name: "lb", Subnets: ["subnet-1", "subnet-2"] }),
    );
    assert.match(
      await refusalOf(balancer),
      /AccessDenied: .*iam:CreateServiceLinkedRole.*AWSServiceRoleForElasticLoadBalancing/,
    );
    const group = new CreateAutoScalingGroupCommand({ AutoScalingGroupName: "g", MinSize: 0, MaxSize: 1 });
    assert.match(
      await refusalOf(cloud.scaling.send(group)),
      /iam:CreateServiceLinkedRole.*AWSServiceRoleForAutoScaling$/,
    );
    await cloud.containers.send(new CreateClusterCommand({ clusterName: "c" }));
    const containerDefinitions = [{ name: "app", image: "app", memory: 64 }];
    await cloud.containers.send(new RegisterTaskDefinitionCommand({ family: "app", containerDefinitions }));
    const service = () =>
      cloud.containers.send(
        new CreateServiceCommand({ cluster: "c", serviceName: "s", taskDefinition: "app", desiredCount: 0 }),
      );
    assert.match(await refusalOf(service()), /Unable to assume the service linked role/);
    account.mayCreateServiceLinkedRoles = true;
    await service();
    assert.deepEqual([...account.serviceLinkedRoles], ["ecs"]);
  });

  it("lists its quotas", () => {
    const call = (operation: string, parameters: object) => {
      const headers = {
        "x-amz-target": `ServiceQuotasV20190624.${operation}`,
        authorization: `Credential=test/20260101/${region}/servicequotas/aws4_request`,
      };
      return account.serviceQuotas(parseCall("POST", new URL("http://aws.test"), headers, JSON.stringify(parameters)));
    };
    const quota = { ServiceCode: "ec2", QuotaCode: "L-0263D0A3" };
    assert.match(String(call("GetServiceQuota", quota).body), /"Value":5/);
    assert.match(String(call("ListServiceQuotas", { ServiceCode: "fargate" }).body), /"Value":6/);
    assert.equal(call("GetServiceQuota", { ...quota, QuotaCode: "L-0" }).status, 400);
  });

  it("starts no task beyond its vCPUs of Fargate, and says why in the service's events", async () => {
    account.quotas.containerVcpus.value = 1;
    await cloud.containers.send(new CreateClusterCommand({ clusterName: "full" }));
    await cloud.containers.send(
      new RegisterTaskDefinitionCommand({
        family: "half",
        cpu: "512",
        memory: "1024",
        containerDefinitions: [{ name: "app", image: "app" }],
      }),
    );
    const start = async (serviceName: string, desiredCount: number) => {
      const common = { cluster: "full", serviceName };
      await cloud.containers.send(new CreateServiceCommand({ ...common, taskDefinition: "half", desiredCount }));
      const { services: [service] = [] } = await cloud.containers.send(
        new DescribeServicesCommand({ cluster: "full", services: [serviceName] }),
      );
      const { taskArns = [] } = await cloud.containers.send(new ListTasksCommand(common));
      return [taskArns.length, service?.events?.[0]?.message ?? ""] as const;
    };
    assert.deepEqual(await start("first", 1), [1, ""]);
    const [tasks, event] = await start("second", 2);
    assert.equal(tasks, 1);
    assert.match(event, /unable to place a task.*limit on the number of vCPUs/);
  });

  it("starts no machine beyond its vCPUs, and says why in the group's activities", async () => {
    account.quotas.machineVcpus.value = 5;
    const create = async (name: string, InstanceType: "t3.micro" | "c6i.xlarge") => {
      const template = new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { InstanceType },
      });
      const { LaunchTemplate: { LaunchTemplateId } = {} } = await cloud.ec2.send(template);
      const AvailabilityZones = [`${region}a`];
      const bounds = { MinSize: 2, MaxSize: 2, AvailabilityZones, LaunchTemplate: { LaunchTemplateId } };
      await cloud.scaling.send(new CreateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...bounds }));
      const { AutoScalingGroups: [group] = [] } = await cloud.scaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
      );
      return group?.Instances?.length;
    };
    assert.equal(await create("first", "t3.micro"), 2);
    assert.equal(await create("second", "c6i.xlarge"), 0);
    const { Activities: [activity] = [] } = await cloud.scaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "second" }),
    );
    assert.equal(activity?.StatusCode, "Failed");
    assert.match(activity.StatusMessage ?? "", /your current vCPU limit of 5 allows/);
  });
});
