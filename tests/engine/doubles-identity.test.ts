/** What roles that do not trust their service take from tasks and instances on AWS, and not on the emulator. */
import assert from "node:assert/strict";
import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { account, region } from "./support/emulator";
import { aNetwork } from "./support/small-network";

const trust = (...services: string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: services } }],
  });

describe("engine: the emulator's gateway: the trust of roles", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  let subnets: string[];

  /** A call of IAM through the gateway. */
  const iam = async (Action: string, parameters: Record<string, string>) => {
    const answer = await fetch(aws.gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/iam/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action, Version: "2010-05-08", ...parameters }),
    });
    assert.ok(answer.ok, await answer.text());
  };
  const change = (RoleName: string, ...services: string[]) =>
    iam("UpdateAssumeRolePolicy", { RoleName, PolicyDocument: trust(...services) });
  const service = (serviceName: string, taskDefinition: string, desiredCount = 1) =>
    cloud.containers.send(new CreateServiceCommand({ cluster: "c", serviceName, taskDefinition, desiredCount }));
  const lost = () => aws.gateway.lostCredentials.splice(0);

  before(async () => {
    cloud = aws.gateway.reader(region);
    ({ subnets } = await aNetwork(cloud.ec2, "10.1.0.0/16"));
    await cloud.containers.send(new CreateClusterCommand({ clusterName: "c" }));
    for (const role of ["task", "machine"])
      await iam("CreateRole", { RoleName: role, AssumeRolePolicyDocument: trust("lambda.amazonaws.com") });
    await iam("CreateInstanceProfile", { InstanceProfileName: "machine" });
    for (const family of ["app", "next"])
      await cloud.containers.send(
        new RegisterTaskDefinitionCommand({
          family,
          taskRoleArn: `arn:aws:iam::${account}:role/task`,
          containerDefinitions: [{ name: "app", image: "app", memory: 64 }],
        }),
      );
  });

  it("starts no task whose role does not trust ECS", async () => {
    assert.match(await refusalOf(service("s", "app")), /unable to assume the role 'task'/);
    await service("empty", "app", 0);
    await change("task", "ecs-tasks.amazonaws.com");
    await service("s", "app");
  });

  it("starts no task whose role trusts ECS for another account, or whose start role asks for an account", async () => {
    const forAccount = (of: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Condition: {
              StringEquals: { "aws:SourceAccount": of },
              ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${of}:*` },
            },
          },
        ],
      });
    const trusting = async (suffix: string, of: string, role: "taskRoleArn" | "executionRoleArn") => {
      const RoleName = `task-${suffix}`;
      await iam("CreateRole", { RoleName, AssumeRolePolicyDocument: forAccount(of) });
      await cloud.containers.send(
        new RegisterTaskDefinitionCommand({
          family: RoleName,
          [role]: `arn:aws:iam::${account}:role/${RoleName}`,
          containerDefinitions: [{ name: "app", image: "app", memory: 64 }],
        }),
      );
      return service(suffix, RoleName);
    };
    assert.match(await refusalOf(trusting("other", "999999999999", "taskRoleArn")), /unable to assume the role/);
    assert.match(await refusalOf(trusting("start", account, "executionRoleArn")), /unable to assume the role/);
    await trusting("own", account, "taskRoleArn");
  });

  it("starts no instance whose profile has no role that trusts EC2", async () => {
    const { LaunchTemplate } = await cloud.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "machine",
        LaunchTemplateData: { IamInstanceProfile: { Name: "machine" } },
      }),
    );
    const create = () =>
      cloud.scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: "machines",
          MinSize: 1,
          MaxSize: 1,
          VPCZoneIdentifier: subnets.join(","),
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
        }),
      );
    assert.match(await refusalOf(create()), /cannot assume the role 'none in instance profile machine'/);
    await iam("AddRoleToInstanceProfile", { InstanceProfileName: "machine", RoleName: "machine" });
    assert.match(await refusalOf(create()), /cannot assume the role 'machine'/);
    await change("machine", "ec2.amazonaws.com");
    await create();
  });

  it("starts no instance whose role's policy names a secret without its six characters", async () => {
    const secret = `arn:aws:secretsmanager:${region}:${account}:secret:books/db`;
    const script = `value=$(aws secretsmanager get-secret-value --region ${region} --secret-id '${secret}-AbCdEf')`;
    const files = [{ path: "/fetch", content: Buffer.from(script).toString("base64") }];
    const UserData = Buffer.from(`#cloud-config\n${JSON.stringify({ write_files: files })}`).toString("base64");
    const { LaunchTemplate } = await cloud.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "secret",
        LaunchTemplateData: { IamInstanceProfile: { Name: "machine" }, UserData },
      }),
    );
    const create = () =>
      cloud.scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: "secret",
          MinSize: 0,
          MaxSize: 1,
          VPCZoneIdentifier: subnets.join(","),
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
        }),
      );
    const grant = (Resource: string) => {
      const Statement = [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource }];
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      return iam("PutRolePolicy", { RoleName: "machine", PolicyName: "secret", PolicyDocument });
    };
    const denied = /role 'machine' is not authorized to perform: secretsmanager:GetSecretValue/;
    assert.match(await refusalOf(create()), denied);
    await grant(secret);
    assert.match(await refusalOf(create()), denied);
    await grant(`${secret}-AbCdEf`);
    await create();
  });

  it("reports the running groups from which a change of IAM takes their role", async () => {
    assert.deepEqual(lost(), []);
    await change("task", "ec2.amazonaws.com");
    assert.deepEqual(lost(), [
      { group: `arn:aws:ecs:${region}:${account}:service/c/s`, role: "task", service: "ecs-tasks" },
    ]);
    const update = new UpdateServiceCommand({ cluster: "c", service: "s", taskDefinition: "next" });
    assert.match(await refusalOf(cloud.containers.send(update)), /unable to assume the role/);
    await change("task", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com");
    assert.deepEqual(lost(), []);
    await iam("RemoveRoleFromInstanceProfile", { InstanceProfileName: "machine", RoleName: "machine" });
    assert.deepEqual(
      lost().map(({ group }) => group),
      ["machines"],
    );
  });

  it("lets a role's inline policies have 10,240 characters together, without white space", async () => {
    const RoleName = "full";
    const put = (PolicyName: string, size: number) =>
      iam("PutRolePolicy", {
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(
          {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: [`arn:aws:s3:::${"x".repeat(size)}`] }],
          },
          null,
          2,
        ),
      });
    await iam("CreateRole", { RoleName, AssumeRolePolicyDocument: trust("ecs-tasks.amazonaws.com") });
    await put("a", 5900);
    await put("b", 3900);
    await put("b", 4000);
    await assert.rejects(
      put("c", 200),
      /LimitExceeded[\s\S]*Maximum policy size of 10240 bytes exceeded for role full/,
    );
    await iam("DeleteRolePolicy", { RoleName, PolicyName: "a" });
    await put("c", 5800);
  });
});
