/** What a fresh account refuses on AWS, and the emulator accepts: services without their role, and more than its quotas. */
import assert from "node:assert/strict";
import { AllocateAddressCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { CreateLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
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
});
