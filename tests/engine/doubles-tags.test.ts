/** What AWS refuses of tags, and the emulator accepts. */
import assert from "node:assert/strict";
import { CreateAutoScalingGroupCommand, CreateOrUpdateTagsCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import type { CloudReader } from "./support/cloud-reader";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";

describe("engine: the emulator's gateway: tags", () => {
  const aws = emulatedAws();
  let cloud: CloudReader;
  before(() => {
    cloud = aws.gateway.reader(region);
  });

  const vpc = (...keys: string[]) =>
    cloud.ec2.send(
      new CreateVpcCommand({
        CidrBlock: "10.0.0.0/16",
        TagSpecifications: [{ ResourceType: "vpc", Tags: keys.map((Key) => ({ Key, Value: "x" })) }],
      }),
    );
  /** A call of IAM through the gateway. */
  const role = async (...keys: string[]) => {
    const tags = keys.flatMap((key, index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, "x"],
    ]);
    const answer = await fetch(aws.gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/iam/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams([
        ["Action", "CreateRole"],
        ["Version", "2010-05-08"],
        ["RoleName", keys.join("")],
        ["AssumeRolePolicyDocument", "{}"],
        ...(tags as [string, string][]),
      ]),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };

  it("refuses keys that AWS reserves, keys twice, and for IAM also in another case", async () => {
    await vpc("Team", "team", "cost centre (all)");
    assert.match(await refusalOf(vpc("AWS:team")), /reserved for internal use/);
    assert.match(await refusalOf(vpc("team", "team")), /Duplicate tag keys/);
    const cluster = new CreateClusterCommand({ clusterName: "c", tags: [{ key: "aws:team", value: "x" }] });
    assert.match(await refusalOf(cloud.containers.send(cluster)), /reserved for internal use/);
    await role("Team", "other");
    assert.match(await refusalOf(role("Team", "team")), /InvalidInput.*Duplicate tag keys/s);
  });

  it("refuses more than 50", async () => {
    const keys = Array.from({ length: 51 }, (_, index) => `key-${index}`);
    await vpc(...keys.slice(1));
    assert.match(await refusalOf(vpc(...keys)), /maximum number of tags is 50/);
  });

  it("starts no instance that has a key in its metadata which no metadata can have", async () => {
    const group = async (AutoScalingGroupName: string, InstanceMetadataTags: "enabled" | "disabled", Key: string) => {
      const { LaunchTemplate } = await cloud.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: AutoScalingGroupName,
          LaunchTemplateData: { MetadataOptions: { HttpTokens: "required", InstanceMetadataTags } },
        }),
      );
      return cloud.scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName,
          MinSize: 0,
          MaxSize: 1,
          AvailabilityZones: [`${region}a`],
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
          Tags: [{ Key, Value: "x", PropagateAtLaunch: true }],
        }),
      );
    };
    await group("off", "disabled", "cost center");
    await group("on", "enabled", "team");
    const pattern = /is not a valid tag key. Tag keys must match pattern/;
    assert.match(await refusalOf(group("refused", "enabled", "cost center")), pattern);
    const add = (ResourceId: string) =>
      cloud.scaling.send(
        new CreateOrUpdateTagsCommand({
          Tags: [{ ResourceId, ResourceType: "auto-scaling-group", Key: "a/b", Value: "x", PropagateAtLaunch: true }],
        }),
      );
    await add("off");
    assert.match(await refusalOf(add("on")), pattern);
  });
});
