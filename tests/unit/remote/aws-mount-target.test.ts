/** The mount targets of a shared file system on AWS, on one that is as strict as AWS: one in each zone. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EFSClient } from "@aws-sdk/client-efs";
import { mountTargets } from "../../../components/clouds/aws/leftovers-files.remote";
import * as mountTarget from "../../../components/clouds/aws/mount-target.remote";
import { now } from "../../../components/clock.remote";
import { ownerTag } from "../../../components/clouds/tag-keys";
import { answerCommands, awsError } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";

interface Target {
  MountTargetId: string;
  SubnetId: string;
  AvailabilityZoneName: string;
  LifeCycleState: string;
}

describe("the mount targets of a file system on AWS", () => {
  simulatedClock();
  const fileSystem = "fs-1";
  const owner = "p/dev/0a1b2c3d";
  /** The zones of the subnets that exist. */
  const zones: Readonly<Record<string, string>> = { a1: "a", a2: "a", b1: "b" };
  let targets: Target[] = [];
  let tags: Record<string, string> = {};
  let created = 0;
  /** What the answers of AWS settle into: each state lasts for two readings. */
  const settle = (target: Target, readings: number) => {
    if (target.LifeCycleState === "creating" && readings > 2) target.LifeCycleState = "available";
    if (target.LifeCycleState === "deleting" && readings > 2) targets = targets.filter((one) => one !== target);
  };
  let readings = 0;
  const recorded = answerCommands([EC2Client, EFSClient], () => ({
    DescribeSubnets: ({ SubnetIds: [id = ""] }: { SubnetIds: string[] }) => ({
      Subnets: [{ SubnetId: id, AvailabilityZone: zones[id] }],
    }),
    DescribeFileSystems: () => ({
      FileSystems: [{ FileSystemId: fileSystem, Tags: [{ Key: ownerTag, Value: owner }] }],
    }),
    DescribeMountTargets: () => {
      readings += 1;
      const answer = { MountTargets: targets.map((one) => ({ ...one })) };
      for (const target of [...targets]) settle(target, readings);
      return answer;
    },
    CreateMountTarget: ({ SubnetId }: { SubnetId: string }) => {
      const zone = zones[SubnetId] ?? "";
      if (targets.some((one) => one.AvailabilityZoneName === zone)) throw awsError("MountTargetConflict");
      created += 1;
      readings = 0;
      targets.push({
        MountTargetId: `fsmt-${created}`,
        SubnetId,
        AvailabilityZoneName: zone,
        LifeCycleState: "creating",
      });
      return {};
    },
    ModifyMountTargetSecurityGroups: () => ({}),
    DeleteMountTarget: ({ MountTargetId }: { MountTargetId: string }) => {
      for (const target of targets)
        if (target.MountTargetId === MountTargetId) {
          target.LifeCycleState = "deleting";
          readings = 0;
        }
      return {};
    },
    ListTagsForResource: () => ({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    TagResource: ({ Tags }: { Tags: { Key: string; Value: string }[] }) => {
      for (const { Key, Value } of Tags) tags[Key] = Value;
      return {};
    },
    UntagResource: ({ TagKeys }: { TagKeys: string[] }) => {
      tags = Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key)));
      return {};
    },
  }));
  const inputs = (subnet: string) => ({ region: "us-east-1", fileSystem, subnet, securityGroup: "sg-1" });
  const add = (subnet: string) => mountTarget.create(inputs(subnet));
  const remove = ({ id, outs }: Awaited<ReturnType<typeof add>>) => mountTarget.delete(id, outs);
  const inSubnets = () => targets.map(({ SubnetId }) => SubnetId).sort();

  beforeEach(() => {
    targets = [];
    tags = {};
    created = 0;
  });

  it("are one in each zone, and gone with their last users, with every trace in the tags", async () => {
    const both = await Promise.all([add("a1"), add("b1")]);
    assert.deepEqual(inSubnets(), ["a1", "b1"]);
    await Promise.all(both.map(remove));
    assert.deepEqual([inSubnets(), tags], [[], {}]);
  });

  it("are waited for until their name is resolved, but only new ones", async () => {
    const seconds = async (subnet: string) => {
      const started = now();
      await add(subnet);
      return (now() - started) / 1000;
    };
    const first = await seconds("a1");
    const second = await seconds("a2");
    assert.ok(first >= 90, `waited ${first} s`);
    assert.ok(first - second >= 60, `waited ${first} s and ${second} s`);
  });

  it("stay where another subnet of the zone takes over, whichever of both goes", async () => {
    const [first, second] = [await add("a1"), await add("a2")];
    await remove(first);
    assert.deepEqual([inSubnets(), created], [["a1"], 1]);
    const back = await add("a1");
    await remove(second);
    assert.deepEqual([inSubnets(), created], [["a1"], 1]);
    await remove(back);
    assert.deepEqual(inSubnets(), []);
  });

  it("stay where a resource is replaced by one of the same subnet", async () => {
    const [first, second] = [await add("a1"), await add("a1")];
    assert.notEqual(first.id, second.id);
    await remove(first);
    assert.deepEqual(inSubnets(), ["a1"]);
  });

  it("are created again where the one of the zone is being deleted", async () => {
    const first = await add("a1");
    const removed = mountTarget.delete(first.id, first.outs);
    await Promise.all([removed, add("a2")]);
    assert.deepEqual([inSubnets(), created], [["a2"], 2]);
  });

  it("are read, also without the one of the zone or its user", async () => {
    const { id, outs } = await add("a1");
    assert.equal(outs.member, id);
    assert.deepEqual(await mountTarget.read(id, outs), { id, props: outs });
    assert.deepEqual(await mountTarget.read(`${fileSystem}/a1:other`, outs), {});
    targets = [];
    assert.deepEqual(await mountTarget.read(id, outs), {});
  });

  it("get another security group in place", async () => {
    const { id, outs } = await add("a1");
    await mountTarget.update(id, outs, { ...inputs("a1"), securityGroup: "sg-2" });
    const { input } = recorded.sent.filter(({ name }) => name === "ModifyMountTargetSecurityGroups").at(-1) ?? {};
    assert.deepEqual(input, { MountTargetId: "fsmt-1", SecurityGroups: ["sg-2"] });
  });

  it("lose what an interrupted update has recorded in no state, and nothing else", async () => {
    const [{ id }] = [await add("a1"), await add("a2"), await add("b1")];
    const found = await mountTargets({
      region: "us-east-1",
      service: "books",
      owner,
      recorded: new Set([id]),
      releases: new Set(),
    });
    assert.equal(found.length, 2);
    for (const one of found) await one.remove();
    assert.deepEqual(inSubnets(), ["a1"]);
  });
});
