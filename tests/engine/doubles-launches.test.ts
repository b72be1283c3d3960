/** Which instances Auto Scaling cannot launch on AWS, and the emulator launches all the same. */
import assert from "node:assert/strict";
import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, type RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import { AccountState } from "./support/account";
import { emulatedAws } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, type SmallNetwork } from "./support/small-network";

describe("engine: the emulator's gateway: launches of machines", () => {
  const account = new AccountState(false);
  const aws = emulatedAws(account);
  const [a, b] = [`${region}a`, `${region}b`];
  let network: SmallNetwork;

  before(async () => {
    network = await aNetwork(aws.gateway.reader(region).ec2, "10.1.0.0/16");
  });
  afterEach(() => {
    account.missingTypes.clear();
    account.diskKeyAdmitsAutoScaling = true;
  });

  /** Creates a group of two machines in two zones. Returns the zones of those that start, and the newest activity. */
  async function launch(name: string, LaunchTemplateData: RequestLaunchTemplateData) {
    const { ec2, scaling } = aws.gateway.reader(region);
    const template = new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData });
    const { LaunchTemplate: { LaunchTemplateId } = {} } = await ec2.send(template);
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MinSize: 2,
        MaxSize: 2,
        VPCZoneIdentifier: network.subnets.join(","),
        LaunchTemplate: { LaunchTemplateId },
      }),
    );
    const { AutoScalingGroups: [group] = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    const { Activities: [activity] = [] } = await scaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name }),
    );
    return {
      zones: group?.Instances?.map(({ AvailabilityZone }) => AvailabilityZone).sort(),
      activity: `${activity?.StatusCode ?? "none"} ${activity?.StatusMessage ?? ""}`,
      description: activity?.Description,
    };
  }

  it("starts none of a type in a zone that does not offer it, and says so", async () => {
    assert.deepEqual((await launch("usual", { InstanceType: "t3.micro" })).zones, [a, b]);
    account.missingTypes.set(b, new Set(["t3.micro"]));
    const other = await launch("in-the-other", { InstanceType: "t3.micro" });
    assert.deepEqual(other.zones, [a, a]);
    assert.match(
      other.activity,
      /^Failed Your requested instance type \(t3\.micro\) is not supported .* \(us-east-1b\)\./,
    );
    account.missingTypes.set(a, new Set(["t3.micro"]));
    assert.deepEqual((await launch("nowhere", { InstanceType: "t3.micro" })).zones, []);
    const offered = await launch("offered", { InstanceType: "t3.small" });
    assert.deepEqual([offered.zones, offered.activity], [[a, b], "none "]);
  });

  it("starts none with an encrypted volume whose key Auto Scaling's role may not use", async () => {
    const encrypted = (Encrypted: boolean): RequestLaunchTemplateData => ({
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted } }],
    });
    assert.deepEqual((await launch("usable", encrypted(true))).zones, [a, b]);
    account.diskKeyAdmitsAutoScaling = false;
    const { zones, activity, description } = await launch("unusable", encrypted(true));
    assert.deepEqual(zones, []);
    assert.match(activity, /^Cancelled .*Client\.InternalError: Client error on launch$/);
    assert.match(description ?? "", /^Launching a new EC2 instance: i-[0-9a-f]{17}\./);
    assert.deepEqual((await launch("plain", encrypted(false))).zones, [a, b]);
  });
});
