/** What the emulator itself refuses as AWS does: a newer one that no longer did would let wrong programs pass. */
import assert from "node:assert/strict";
import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { CreateVpcEndpointCommand, DescribeSubnetsCommand, CreateTagsCommand } from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, type SmallNetwork } from "./support/small-network";

describe("engine: the emulator of AWS", () => {
  const aws = emulatedAws();
  let cloud: CloudReader, network: SmallNetwork;

  /** A call through the gateway; the answer's text, with its status where it is an error. */
  const send = async (service: string, method: string, path: string, body?: string, headers: object = {}) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(aws.gateway.url + path, { method, body, headers: { authorization, ...headers } });
    const text = await answer.text();
    return answer.ok ? text : `${answer.status} ${answer.headers.get("x-amzn-errortype") ?? ""} ${text}`;
  };
  const iam = (Action: string, parameters: Record<string, string>) =>
    send("iam", "POST", "/", new URLSearchParams({ Action, Version: "2010-05-08", ...parameters }).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
  const json = (service: string, target: string, body: object) =>
    send(service, "POST", "/", JSON.stringify(body), {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    });

  before(async () => {
    cloud = aws.gateway.reader(region);
    network = await aNetwork(cloud.ec2, "10.1.0.0/16");
  });

  it("refuses a second role of a name, and to delete one that has policies", async () => {
    const create = () =>
      iam("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    await create();
    assert.match(await create(), /^409.*EntityAlreadyExists/s);
    const document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
    assert.match(await iam("PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: document }), /^</);
    const remove = () => iam("DeleteRole", { RoleName: "r" });
    assert.match(await remove(), /^409.*DeleteConflict/s);
    await iam("DeleteRolePolicy", { RoleName: "r", PolicyName: "p" });
    const managed = { RoleName: "r", PolicyArn: "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy" };
    assert.match(await iam("AttachRolePolicy", managed), /^</);
    assert.match(await remove(), /^409.*DeleteConflict/s);
    await iam("DetachRolePolicy", managed);
    await iam("CreateInstanceProfile", { InstanceProfileName: "i" });
    await iam("AddRoleToInstanceProfile", { InstanceProfileName: "i", RoleName: "r" });
    assert.match(await remove(), /^409.*DeleteConflict/s);
    await iam("RemoveRoleFromInstanceProfile", { InstanceProfileName: "i", RoleName: "r" });
    assert.match(await remove(), /DeleteRoleResponse/);
  });

  it("refuses a second mount target in a zone, and to delete a file system that has one", async () => {
    const create = await send("elasticfilesystem", "POST", "/2015-02-01/file-systems", '{"CreationToken":"t"}');
    const { FileSystemId } = JSON.parse(create) as { FileSystemId: string };
    const mount = () =>
      send(
        "elasticfilesystem",
        "POST",
        "/2015-02-01/mount-targets",
        JSON.stringify({ FileSystemId, SubnetId: network.subnets[0] }),
      );
    await mount();
    assert.match(await mount(), /^409.*MountTargetConflict/s);
    assert.match(
      await send("elasticfilesystem", "DELETE", `/2015-02-01/file-systems/${FileSystemId}`),
      /^409.*FileSystemInUse/s,
    );
  });

  it("refuses a second log group of a name", async () => {
    const create = () => json("logs", "Logs_20140328.CreateLogGroup", { logGroupName: "g" });
    await create();
    assert.match(await create(), /^400.*ResourceAlreadyExistsException/s);
  });

  it("refuses to delete a bucket with objects", async () => {
    await send("s3", "PUT", "/bucket-of-the-tests");
    await send("s3", "PUT", "/bucket-of-the-tests/object", "content");
    assert.match(await send("s3", "DELETE", "/bucket-of-the-tests"), /^409.*BucketNotEmpty/s);
  });

  it("refuses a second launch template, security group and target group of a name", async () => {
    const twice = async (create: () => Promise<unknown>, message: RegExp) => {
      await create();
      assert.match(await refusalOf(create()), message);
    };
    const { ec2, balancing } = cloud;
    await twice(
      () => ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "t", LaunchTemplateData: {} })),
      /^InvalidLaunchTemplateName.AlreadyExistsException/,
    );
    await twice(
      () => ec2.send(new CreateSecurityGroupCommand({ VpcId: network.vpc, GroupName: "twice", Description: "twice" })),
      /^InvalidGroup.Duplicate/,
    );
    await twice(
      () =>
        balancing.send(new CreateTargetGroupCommand({ Name: "twice", Protocol: "HTTP", Port: 80, VpcId: network.vpc })),
      /^DuplicateTargetGroupName/,
    );
  });

  it("finds resources by their tags", async () => {
    const { ec2, balancing } = cloud;
    const mark = { Key: "immutable-service", Value: "project/stack/1a2b3c4d" };
    const Filters = [{ Name: `tag:${mark.Key}`, Values: [mark.Value] }];
    await ec2.send(new CreateTagsCommand({ Resources: [network.subnets[0] ?? ""], Tags: [mark] }));
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    assert.deepEqual(
      Subnets?.map(({ SubnetId }) => SubnetId),
      [network.subnets[0]],
    );
    const endpoint = (tags: (typeof mark)[]) =>
      ec2.send(
        new CreateVpcEndpointCommand({
          VpcId: network.vpc,
          ServiceName: `com.amazonaws.${region}.s3`,
          TagSpecifications: [{ ResourceType: "vpc-endpoint", Tags: tags }],
        }),
      );
    await endpoint([{ ...mark, Value: "another" }]);
    const { VpcEndpoint: own } = await endpoint([mark]);
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    assert.deepEqual(
      VpcEndpoints?.map(({ VpcEndpointId }) => VpcEndpointId),
      [own?.VpcEndpointId],
    );
    const { LoadBalancers } = await balancing.send(
      new CreateLoadBalancerCommand({ Name: "tagged", Subnets: network.subnets, Tags: [mark] }),
    );
    const arn = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    const { TagDescriptions } = await balancing.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    assert.deepEqual(TagDescriptions?.[0]?.Tags, [mark]);
  });
});
