/**
 * What the intent removes after an interrupted update on AWS: only what has the stack's mark and is not in its state.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EFSClient } from "@aws-sdk/client-efs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import * as intent from "../../../components/clouds/aws/intent.remote";
import { removeLeftovers } from "../../../components/clouds/aws/leftovers.remote";
import { type Replies, answerCommands, awsError } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";

const owner = "p/dev/0a1b2c3d";
const mark = { Key: "immutable-service", Value: owner };
const foreign = { Key: "immutable-service", Value: "p/dev/ffffffff" };
/** One of each: in the state, left by the interrupted update, and somebody else's. */
const three = (id: string, more: (name: string) => object = () => ({})) =>
  (["kept", "left", "other"] as const).map((name) => ({
    [id]: `${name}-${id}`,
    Tags: [name === "other" ? foreign : mark],
    ...more(name),
  }));
const nothing = () => ({});

describe("what an interrupted update left on AWS", () => {
  simulatedClock();
  let removed: string[] = [];
  const removal = (input: object): object => {
    removed.push(JSON.stringify(input));
    return {};
  };
  const network: Replies = {
    DescribeNatGateways: ({ NatGatewayIds: ids }: { NatGatewayIds?: string[] }) =>
      ids ? { NatGateways: [{ State: "deleted" }] } : { NatGateways: three("NatGatewayId") },
    DescribeAddresses: () => ({ Addresses: three("AllocationId") }),
    DescribeVpcEndpoints: () => ({
      VpcEndpoints: three("VpcEndpointId", () => ({
        RouteTableIds: ["kept-table", "left-table"],
        SubnetIds: ["kept-zone", "left-zone"],
      })).slice(0, 1),
    }),
    DescribeRouteTables: () => ({
      RouteTables: three("RouteTableId", (name) => ({
        Routes: [{ DestinationCidrBlock: "10.0.0.0/16" }, { DestinationCidrBlock: "0.0.0.0/0" }],
        Associations: [{ RouteTableAssociationId: `${name}-association` }, { Main: true }],
      })),
    }),
    DescribeSecurityGroupRules: () => ({
      SecurityGroupRules: three("SecurityGroupRuleId", () => ({ GroupId: "sg", IsEgress: true })),
    }),
    DescribeSecurityGroups: () => ({ SecurityGroups: three("GroupId") }),
    DescribeSubnets: () => ({ Subnets: three("SubnetId") }),
    DescribeInternetGateways: () => ({
      InternetGateways: three("InternetGatewayId", () => ({ Attachments: [{ VpcId: "vpc" }] })),
    }),
    DescribeVpcs: () => ({ Vpcs: three("VpcId") }),
    DescribeLaunchTemplates: () => ({
      LaunchTemplates: three("LaunchTemplateId").filter(({ Tags: [tag] }) => tag === mark),
    }),
    DescribeFileSystems: () => ({ FileSystems: three("FileSystemId").slice(1) }),
    DescribeMountTargets: () => ({ MountTargets: [] }),
    ListTagsForResource: nothing,
    DescribeAccessPoints: nothing,
  };
  const others: Replies = {
    DescribeLoadBalancers: nothing,
    DescribeTargetGroups: () => ({ TargetGroups: three("TargetGroupArn") }),
    DescribeTags: ({ ResourceArns: arns }: { ResourceArns: string[] }) => ({
      TagDescriptions: arns.map((ResourceArn) => ({
        ResourceArn,
        Tags: [ResourceArn.startsWith("other") ? foreign : mark],
      })),
    }),
    ListClusters: () => ({ clusterArns: ["cluster"] }),
    DescribeClusters: () => ({
      clusters: [{ clusterArn: "kept-cluster", tags: [{ key: mark.Key, value: mark.Value }] }],
    }),
    ListServices: () => ({ serviceArns: ["kept-service", "left-service"] }),
    DescribeServices: () => ({ services: [{ status: "INACTIVE" }] }),
    DescribeAutoScalingGroups: ({ AutoScalingGroupNames: names }: { AutoScalingGroupNames?: string[] }) =>
      names
        ? { AutoScalingGroups: removed.some((one) => one.includes("left-AutoScaling")) ? [] : [{}] }
        : { AutoScalingGroups: three("AutoScalingGroupName") },
    ListInstanceProfiles: nothing,
    ListRoles: () => ({
      Roles: [
        { RoleName: "books-vm-kept" },
        { RoleName: "books-vm-left" },
        { RoleName: "else" },
        { RoleName: "books-x" },
      ],
    }),
    ListRoleTags: ({ RoleName }: { RoleName: string }) => ({ Tags: [RoleName === "books-x" ? foreign : mark] }),
    ListRolePolicies: () => ({ PolicyNames: ["files", "secrets-1"] }),
    ListAttachedRolePolicies: nothing,
  };
  const removals = Object.fromEntries(
    [
      ...["NatGateway", "Route", "RouteTable", "SecurityGroup", "Subnet", "InternetGateway", "Vpc", "LaunchTemplate"],
      ...["MountTarget", "TargetGroup", "Service", "AutoScalingGroup", "Role", "RolePolicy"],
    ].map((name) => [`Delete${name}`, removal]),
  );
  const more = Object.fromEntries(
    [
      "ReleaseAddress",
      "ModifyVpcEndpoint",
      "DisassociateRouteTable",
      "RevokeSecurityGroupEgress",
      "DetachInternetGateway",
    ].map((name) => [name, removal]),
  );
  let replies: Replies = {};
  const clients = [AutoScalingClient, EC2Client, ECSClient, EFSClient, ElasticLoadBalancingV2Client, IAMClient];
  const recorded = answerCommands(clients, () => replies);
  const own = {
    region: "us-east-1",
    service: "books",
    owner,
    recorded: new Set(
      [
        ...["NatGatewayId", "AllocationId", "VpcEndpointId", "RouteTableId", "SecurityGroupRuleId", "GroupId"],
        ...["SubnetId", "InternetGatewayId", "VpcId", "LaunchTemplateId", "TargetGroupArn", "AutoScalingGroupName"],
      ].map((id) => `kept-${id}`),
    )
      .add("kept-association")
      .add("kept-cluster")
      .add("kept-service")
      .add("books-vm-kept")
      .add("books-vm-kept:files")
      .add(`a-kept-VpcEndpointId${crc32("kept-table")}`)
      .add("kept-VpcEndpointId/kept-zone"),
    releases: new Set(["a"]),
  };

  beforeEach(() => {
    removed = [];
    replies = { ...network, ...others, ...removals, ...more };
  });

  it("is removed, and nothing of the state's and of others'", async () => {
    assert.deepEqual(await removeLeftovers(own), []);
    for (const kind of [
      "NatGateway",
      "Allocation",
      "RouteTable",
      "SecurityGroupRule",
      "Group",
      "Subnet",
      "InternetGateway",
    ])
      assert.ok(
        removed.some((one) => one.includes(`left-${kind}`)),
        `no ${kind} was removed`,
      );
    for (const one of [
      "left-association",
      "left-service",
      "left-table",
      "left-zone",
      "books-vm-left",
      "left-AutoScaling",
      "left-Launch",
    ])
      assert.ok(
        removed.some((text) => text.includes(one)),
        `${one} was not removed`,
      );
    assert.ok(removed.some((text) => text.includes("secrets-1") && text.includes("books-vm-kept")));
    assert.deepEqual(
      removed.filter((one) => /other-|books-x|else/.test(one)),
      [],
    );
    assert.ok(!removed.some((text) => text.includes("kept-zone")));
    // Of what is in the state only the parts that are not: a route, an association with an endpoint or its zone, a
    // policy.
    assert.deepEqual(
      removed.filter(
        (one) =>
          one.includes("kept-") &&
          !/DestinationCidrBlock|RemoveRouteTableIds|RemoveSubnetIds|secrets-1|left-service/.test(one),
      ),
      [],
    );
  });

  it("is a route only where the state has none of its table", async () => {
    own.recorded.add(`r-kept-RouteTableId${crc32("0.0.0.0/0")}`);
    await removeLeftovers(own);
    assert.deepEqual(
      removed.filter((one) => one.includes("DestinationCidrBlock")),
      [],
    );
  });

  it("is a rule of a named release only where the release's target groups are to be created again", async () => {
    const header = (RuleArn: string, TargetGroupArn: string) => ({
      RuleArn,
      Conditions: [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Release", Values: ["a"] } }],
      Actions: [{ Type: "forward", TargetGroupArn }],
    });
    const split = (RuleArn: string, ...groups: string[]) => ({
      RuleArn,
      Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
      Actions: [
        { Type: "forward", ForwardConfig: { TargetGroups: groups.map((TargetGroupArn) => ({ TargetGroupArn })) } },
      ],
    });
    const [kept, left] = ["kept-TargetGroupArn", "left-TargetGroupArn"] as const;
    const Rules = [
      ...[header("header-taken-over", kept), header("header-gone", left)],
      ...[split("split-recorded", kept, left), split("split-taken-over", kept), split("split-gone", left)],
    ];
    replies = {
      ...replies,
      DescribeLoadBalancers: () => ({ LoadBalancers: [{ LoadBalancerArn: "balancer" }] }),
      DescribeListeners: () => ({ Listeners: [{ ListenerArn: "listener" }] }),
      DescribeRules: () => ({ Rules }),
      DescribeTags: ({ ResourceArns: arns }: { ResourceArns: string[] }) => ({
        TagDescriptions: arns.map((ResourceArn) => ({ ResourceArn, Tags: [mark, { Key: "release", Value: "a" }] })),
      }),
      DeleteRule: removal,
    };
    const rules = ["balancer", "listener", "split-recorded", "split-gone"];
    await removeLeftovers({ ...own, recorded: new Set([...own.recorded, ...rules]) });
    assert.deepEqual(
      removed.filter((one) => one.includes("RuleArn")),
      ["header-gone", "split-gone"].map((RuleArn) => JSON.stringify({ RuleArn })),
    );
  });

  it("is tried again while it is in use, and named where that does not end", async () => {
    let attempts = 0;
    const DeleteSubnet = (input: object) => {
      attempts += 1;
      if (attempts < 3) throw awsError("DependencyViolation", "the subnet has dependencies");
      return removal(input);
    };
    const refused = () => {
      throw awsError("UnauthorizedOperation", "You are not authorized to delete a VPC");
    };
    replies = { ...replies, DeleteSubnet, DeleteVpc: refused };
    assert.deepEqual(await removeLeftovers(own), [
      "the VPC left-VpcId of an interrupted update was not removed: You are not authorized to delete a VPC",
    ]);
    assert.equal(attempts, 3);
  });

  it("is named by its kind where it cannot be looked for", async () => {
    replies = {
      ...replies,
      DescribeFileSystems: () => {
        throw awsError("AccessDeniedException", "no rights to EFS");
      },
    };
    assert.deepEqual(await removeLeftovers(own), [
      "mount targets of an interrupted update were not looked for: no rights to EFS",
      "access points of an interrupted update were not looked for: no rights to EFS",
    ]);
  });

  it("is gone already where the cloud does not find it", async () => {
    replies = {
      ...replies,
      DeleteTargetGroup: () => {
        throw awsError("TargetGroupNotFoundException");
      },
    };
    assert.deepEqual(await removeLeftovers(own), []);
  });

  it("is looked for only after an interrupted update", async () => {
    await intent.create({
      ...{ region: "us-east-1", service: "books", owner, releases: [], digest: "d", attempt: 0 },
      ...{ recorded: [], splitRules: [] },
    });
    assert.deepEqual(recorded.sent, []);
  });
});
