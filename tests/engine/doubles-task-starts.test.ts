/** Which tasks ECS cannot start on AWS, for their image or a secret, and the emulator starts all the same. */
import assert from "node:assert/strict";
import { CreateVpcEndpointCommand, DescribeRouteTablesCommand } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from "@aws-sdk/client-efs";
import { clientSettings } from "./support/client-settings";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws } from "./support/emulated-aws";
import { account, region } from "./support/emulator";
import { aNetwork, leadOut, type SmallNetwork } from "./support/small-network";

const [owner, elsewhere] = ["210987654321", "eu-central-1"];
const digest = `sha256:${"1".repeat(64)}`;
const inEcr = (of = account, at = region) => `${of}.dkr.ecr.${at}.amazonaws.com/books/app@${digest}`;
const secretOf = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;

describe("engine: the emulator's gateway: starts of tasks", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  let open: SmallNetwork, closed: SmallNetwork;

  const iam = (action: string, parameters: Record<string, string>) =>
    aws.emulator.query("iam", "2010-05-08", action, parameters);
  const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });
  /** Gives the role that starts tasks a policy in place of the one of that name. */
  const grant = (PolicyName: string, ...statements: object[]) =>
    iam("PutRolePolicy", { RoleName: "start", PolicyName, PolicyDocument: policy(...statements) });
  let services = 0;

  /** Starts one task, and returns why it has stopped; "running" if it has not. */
  async function start(
    image: string,
    { in: network = open, secret = "", publicAddress = false, fileSystemId = "" } = {},
  ) {
    const common = { cluster: "c", serviceName: `s${++services}` };
    await cloud.containers.send(
      new RegisterTaskDefinitionCommand({
        family: common.serviceName,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        executionRoleArn: `arn:aws:iam::${account}:role/start`,
        containerDefinitions: [
          { name: "app", image, secrets: secret === "" ? [] : [{ name: "SECRET", valueFrom: secret }] },
        ],
        volumes: fileSystemId === "" ? [] : [{ name: "share", efsVolumeConfiguration: { fileSystemId } }],
      }),
    );
    const [first = "", second = ""] = network.subnets;
    const awsvpcConfiguration = {
      subnets: [publicAddress ? first : second],
      ...(publicAddress ? { assignPublicIp: "ENABLED" as const } : {}),
    };
    const task = { taskDefinition: common.serviceName, desiredCount: 1, networkConfiguration: { awsvpcConfiguration } };
    await cloud.containers.send(new CreateServiceCommand({ ...common, ...task, launchType: "FARGATE" }));
    return outcome(common.serviceName);
  }

  async function outcome(serviceName: string) {
    const common = { cluster: "c", serviceName };
    const { services: [service] = [] } = await cloud.containers.send(
      new DescribeServicesCommand({ cluster: "c", services: [serviceName] }),
    );
    const { taskArns: running = [] } = await cloud.containers.send(new ListTasksCommand(common));
    const failed = service?.deployments?.[0]?.rolloutState === "FAILED";
    assert.equal(running.length, failed ? 0 : 1);
    if (!failed) return "running";
    const { taskArns: stopped } = await cloud.containers.send(
      new ListTasksCommand({ ...common, desiredStatus: "STOPPED" }),
    );
    const { tasks: [task] = [] } = await cloud.containers.send(
      new DescribeTasksCommand({ cluster: "c", tasks: stopped }),
    );
    return String(task?.stoppedReason);
  }

  before(async () => {
    cloud = aws.gateway.reader(region);
    [open, closed] = await Promise.all([aNetwork(cloud.ec2, "10.1.0.0/16"), aNetwork(cloud.ec2, "10.2.0.0/16")]);
    await leadOut(cloud.ec2, open);
    await cloud.containers.send(new CreateClusterCommand({ clusterName: "c" }));
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } };
    await iam("CreateRole", { RoleName: "start", AssumeRolePolicyDocument: policy(trust) });
  });

  it("fails without the rights to log in to ECR and to pull from the repository", async () => {
    assert.match(
      await start(inEcr()),
      /^ResourceInitializationError: .*unable to retrieve ecr registry auth.*AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/start is not authorized to perform: ecr:GetAuthorizationToken on resource: \*/,
    );
    await grant("log-in", allow("ecr:GetAuthorizationToken", "*"));
    assert.match(
      await start(inEcr()),
      /^CannotPullContainerError: .*pulling from host 123456789012\.dkr\.ecr.*\[manifests sha256:1+\]: 403 Forbidden$/,
    );
    await grant("pull", allow(["ecr:BatchGetImage", "ecr:Get*"], `arn:aws:ecr:*:*:repository/books/*`));
    assert.equal(await start(inEcr()), "running");
  });

  it("fails for a repository of another account until its policy admits this one", async () => {
    const settings = { credentials: { accessKeyId: owner, secretAccessKey: "test" } };
    const ecr = new ECRClient({ ...clientSettings(aws.gateway.url), ...settings });
    const refused = /^CannotPullContainerError: .*210987654321.*403 Forbidden$/;
    assert.match(await start(inEcr(owner)), refused);
    const repositoryName = "books/app";
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    assert.match(await start(inEcr(owner)), refused);
    const admit = (of: string, Effect = "Allow") => {
      const Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
      const statement = { Sid: "Pull", Effect, Principal: { AWS: [`arn:aws:iam::${of}:root`] }, Action };
      return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: policy(statement) }));
    };
    await admit("999999999999");
    assert.match(await start(inEcr(owner)), refused);
    await admit(account, "Deny");
    assert.match(await start(inEcr(owner)), refused);
    await admit(account);
    assert.equal(await start(inEcr(owner)), "running");
    ecr.destroy();
  });

  it("fails for a secret that the role's policy names without its six characters, until another deployment", async () => {
    const [whole, partial] = [secretOf("books/db-AbCdEf"), secretOf("books/db")];
    const denied =
      /^ResourceInitializationError: .*unable to retrieve secret from asm: .*AccessDeniedException: .*secretsmanager:GetSecretValue/;
    await grant("secrets", allow("secretsmanager:GetSecretValue", partial));
    assert.match(await start("app", { secret: partial }), denied);
    assert.match(await start("app", { secret: `${whole}:password::` }), denied);
    const serviceName = `s${services}`;
    await grant("secrets", allow("secretsmanager:*", whole));
    assert.match(await outcome(serviceName), denied);
    await cloud.containers.send(
      new UpdateServiceCommand({ cluster: "c", service: serviceName, forceNewDeployment: true }),
    );
    assert.equal(await outcome(serviceName), "running");
    // The reference itself has to be the whole ARN, even with a policy that matches it.
    await grant("secrets", allow("secretsmanager:GetSecretValue", `${partial}-??????`));
    assert.match(await start("app", { secret: partial }), /ResourceNotFoundException: Secrets Manager can't find/);
    assert.equal(await start("app", { secret: whole }), "running");
  });

  it("fails for a parameter that the role's policy names with its version", async () => {
    const parameter = `arn:aws:ssm:${region}:${account}:parameter/books/key`;
    await grant("parameters", allow("ssm:GetParameters", `${parameter}:2`));
    assert.match(
      await start("app", { secret: `${parameter}:2` }),
      /unable to retrieve secrets from ssm: .*AccessDenied/,
    );
    await grant("parameters", allow("ssm:GetParameters", parameter));
    assert.equal(await start("app", { secret: `${parameter}:2` }), "running");
  });

  it("fails where it mounts a file system by a name that is not resolved yet", async () => {
    const efs = new EFSClient(clientSettings(aws.gateway.url));
    const { FileSystemId = "" } = await efs.send(new CreateFileSystemCommand({ CreationToken: "young" }));
    await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: open.subnets[0] }));
    assert.notEqual(await start("app", { fileSystemId: FileSystemId }), "running");
    assert.equal(await start("app", { fileSystemId: "fs-0123456789abcdef0" }), "running");
    efs.destroy();
  });

  it("fails for every registry without a route to the internet, and a public address or a NAT gateway in it", async () => {
    const timeout =
      /^CannotPullContainerError: .*failed to do request: Head "https:\/\/public\.ecr\.aws\/v2\/": .*timeout$/;
    const image = `public.ecr.aws/nginx/nginx@${digest}`;
    assert.equal(await start(image), "running");
    assert.equal(await start(image, { publicAddress: true }), "running");
    assert.match(await start(image, { in: closed }), timeout);
    assert.match(await start(image, { in: closed, publicAddress: true }), timeout);
    // A subnet whose route leads to an internet gateway does not lead out without an address.
    assert.match(await start(image, { in: { ...open, subnets: [...open.subnets].reverse() } }), timeout);
  });

  it("reaches the region's own ECR by endpoints, and no other registry", async () => {
    const endpoint = (service: string, more: object) =>
      cloud.ec2.send(
        new CreateVpcEndpointCommand({ VpcId: closed.vpc, ServiceName: `com.amazonaws.${region}.${service}`, ...more }),
      );
    const byInterface = (PrivateDnsEnabled: boolean) => ({
      VpcEndpointType: "Interface" as const,
      PrivateDnsEnabled,
      SubnetIds: closed.subnets,
    });
    const pull = (image = inEcr(), secret = "") => start(image, { in: closed, secret });
    assert.match(await pull(), /^ResourceInitializationError: .*Post "https:\/\/api\.ecr\.us-east-1\..*timeout$/);
    await endpoint("ecr.api", byInterface(true));
    assert.match(await pull(), /^CannotPullContainerError: .*timeout$/);
    await endpoint("ecr.dkr", byInterface(true));
    assert.match(await pull(), /^CannotPullContainerError: .*timeout$/);
    const { RouteTables: [table] = [] } = await cloud.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [closed.vpc] }] }),
    );
    await endpoint("s3", { VpcEndpointType: "Gateway", RouteTableIds: [table?.RouteTableId ?? ""] });
    assert.equal(await pull(), "running");
    assert.match(await pull("app"), /^CannotPullContainerError: .*timeout$/);
    assert.match(await pull(inEcr(account, elsewhere)), /api\.ecr\.eu-central-1\..*timeout$/);
    assert.match(await pull(inEcr(), secretOf("books/db-AbCdEf")), /from secrets manager: RequestCanceled/);
    await endpoint("secretsmanager", byInterface(false));
    assert.match(await pull(inEcr(), secretOf("books/db-AbCdEf")), /from secrets manager: RequestCanceled/);
  });
});
