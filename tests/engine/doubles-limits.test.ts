/** Sizes that AWS limits, and the emulator does not. */
import assert from "node:assert/strict";
import { CreateAutoScalingGroupCommand, PutScheduledUpdateGroupActionCommand } from "@aws-sdk/client-auto-scaling";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
} from "@aws-sdk/client-ec2";
import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from "@aws-sdk/client-efs";
import { clientSettings } from "./support/client-settings";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork } from "./support/small-network";

describe("engine: the emulator's gateway: sizes", () => {
  const aws = emulatedAws();

  it("lets user data have 16,384 bytes before they are encoded", async () => {
    const { ec2 } = aws.gateway.reader(region);
    const create = (LaunchTemplateName: string, bytes: number) =>
      ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName,
          LaunchTemplateData: { UserData: Buffer.alloc(bytes, "a").toString("base64") },
        }),
      );
    await create("fits", 16_384);
    assert.match(
      await refusalOf(create("too-long", 16_385)),
      /InvalidUserData.Malformed: User data is limited to 16384/,
    );
  });

  it("lets a schedule of an Auto Scaling group have a capacity between its bounds only", async () => {
    const schedule = (DesiredCapacity: number) =>
      aws.gateway.reader(region).scaling.send(
        new PutScheduledUpdateGroupActionCommand({
          AutoScalingGroupName: "group",
          ScheduledActionName: "morning",
          Recurrence: "0 8 * * *",
          MinSize: 4,
          MaxSize: 12,
          DesiredCapacity,
        }),
      );
    // What the provider sends for a schedule that has no capacity.
    assert.match(await refusalOf(schedule(0)), /^ValidationError.*greater than or equal to min size/);
    assert.match(await refusalOf(schedule(13)), /^ValidationError.*less than or equal to max size/);
  });

  it("starts no machine that mounts a file system by a name that is not resolved yet", async () => {
    const { ec2, scaling } = aws.gateway.reader(region);
    const { subnets } = await aNetwork(ec2, "10.2.0.0/16");
    const efs = new EFSClient(clientSettings(aws.gateway.url));
    const { FileSystemId = "" } = await efs.send(new CreateFileSystemCommand({ CreationToken: "young" }));
    const group = async (name: string, source: string) => {
      const UserData = Buffer.from(`#cloud-config\n{"runcmd":["mount -t efs -o tls ${source} /files"]}`).toString(
        "base64",
      );
      const { LaunchTemplate } = await ec2.send(
        new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData: { UserData } }),
      );
      return scaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: name,
          MinSize: 0,
          MaxSize: 1,
          VPCZoneIdentifier: subnets.join(","),
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
        }),
      );
    };
    await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[0] }));
    assert.match(await refusalOf(group("early", `${FileSystemId}:/`)), /cannot resolve the name of fs-/);
    await group("other", "fs-0123456789abcdef0:/");
    efs.destroy();
  });

  it("lets a security group have 60 rules for inbound traffic", async () => {
    const { ec2 } = aws.gateway.reader(region);
    const { vpc: VpcId } = await aNetwork(ec2, "10.1.0.0/16");
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "full", Description: "x" }));
    const admit = (block: number, count: number) => {
      const IpRanges = Array.from({ length: count }, (_, index) => ({ CidrIp: `10.${block}.${index}.0/24` }));
      const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges }];
      return ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    };
    await admit(2, 60);
    assert.match(await refusalOf(admit(3, 1)), /RulesPerSecurityGroupLimitExceeded/);
  });
});
